import CKernels
import Foundation
import Tensors

/// The weights of a three-dimensional convolution and, cached, the order in which its fast path reads them, made when it is first needed.
public final class VolumeWeights: @unchecked Sendable {
    /// (O, C, k, k, k), k odd: depth, row, column.
    public let tensor: Tensor
    let outputs, channels, kernel: Int
    private let lock = NSLock()
    private var transformed, transformedByFourier: Tensor?

    public init(_ tensor: Tensor) {
        let shape = tensor.shape
        precondition(shape.count == 5 && shape[2] == shape[3] && shape[3] == shape[4] && shape[2] % 2 == 1, "weight \(shape)")
        self.tensor = tensor
        (outputs, channels, kernel) = (shape[0], shape[1], shape[2])
    }

    /// The outputs rounded up to whole blocks of `TAP_BLOCK`.
    var room: Int { (outputs + Int(TAP_BLOCK) - 1) / Int(TAP_BLOCK) * Int(TAP_BLOCK) }

    /// 3×3×3 weights as Winograd's 36 values of each plane of the kernel: (36, 3, C, room), zeros for outputs that do not exist.
    func winograd() -> Tensor {
        lock.lock()
        defer { lock.unlock() }
        if let transformed { return transformed }
        let block = Int(TAP_BLOCK), room = room
        let result = Tensor(uninitialized: [36, 3, channels, room])
        let (from, to) = (tensor.pointer, result.mutablePointer)
        Parallel.forEach(3 * channels) { index in
            let (plane, channel) = (index / channels, index % channels)
            for first in stride(from: 0, to: outputs, by: block) {
                kernel_winograd_weights(
                    to + (plane * channels + channel) * room + first, 3 * channels * room,
                    from + ((first * channels + channel) * 3 + plane) * 9, channels * 27, min(block, outputs - first), 0, 1)
            }
        }
        tensor.releasePages()
        transformed = result
        return result
    }

    /// See `FourierConvolution.transformed`.
    func fourier() -> Tensor {
        lock.lock()
        defer { lock.unlock() }
        if let transformedByFourier { return transformedByFourier }
        let result = FourierConvolution.transformed(tensor, outputs: outputs, channels: channels, kernel: kernel, planes: kernel)
        tensor.releasePages()
        transformedByFourier = result
        return result
    }
}
