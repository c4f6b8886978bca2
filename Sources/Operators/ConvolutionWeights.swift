import CKernels
import Foundation
import Tensors

/// The weights of a convolution, and the orders in which the fast paths read them: each is made when first asked for and kept, so
/// that weights which stay as they are, as in animation, are put in order once.
public final class ConvolutionWeights: @unchecked Sendable {
    /// (O, C, k, k), or with a leading 1.
    public let tensor: Tensor
    /// A factor on all of them, such as the equalized learning rate's 1/√fan-in.
    public let gain: Float
    let outputs, channels, kernel: Int
    private let lock = NSLock()
    private var orders: [Order: Tensor] = [:]

    public init(_ tensor: Tensor, gain: Float = 1) {
        let shape = tensor.shape
        precondition(shape.count >= 4 && shape[shape.count - 1] == shape[shape.count - 2], "weight \(shape)")
        self.tensor = tensor
        self.gain = gain
        (outputs, channels, kernel) = (shape[shape.count - 4], shape[shape.count - 3], shape[shape.count - 1])
    }

    /// An order of the weights: for each block of `TAP_BLOCK` results, each grid, each operand and each of the grid's taps, the
    /// block's weights side by side.
    struct Order: Hashable {
        /// Whether the results are the input's channels: the way of the gradient.
        let isAdjoint: Bool
        /// For each grid the kernel's places, k·row + column.
        let taps: [[Int]]
    }

    /// The weights times the gain in an order: (blocks, grids' taps together, operands, `TAP_BLOCK`), with zeros for results that
    /// the last block lacks.
    func packed(_ order: Order) -> Tensor {
        lock.lock()
        defer { lock.unlock() }
        if let known = orders[order] { return known }
        let (results, operands) = order.isAdjoint ? (channels, outputs) : (outputs, channels)
        let area = kernel * kernel, block = Int(TAP_BLOCK), total = order.taps.reduce(0) { $0 + $1.count }
        let blocks = (results + block - 1) / block
        let packed = Tensor(uninitialized: [blocks, total, operands, block])
        let (from, to) = (tensor.pointer, packed.mutablePointer)
        let (resultStep, operandStep) = order.isAdjoint ? (area, channels * area) : (channels * area, area)
        let (taps, gain) = (order.taps, gain)
        Parallel.forEach(blocks) { index in
            var place = to + index * total * operands * block
            let count = min(block, results - index * block)
            for grid in taps {
                for operand in 0..<operands {
                    let own = from + index * block * resultStep + operand * operandStep
                    for tap in grid {
                        for result in 0..<count { place[result] = own[result * resultStep + tap] * gain }
                        for result in count..<block { place[result] = 0 }
                        place += block
                    }
                }
            }
        }
        keepAlive(tensor)
        orders[order] = packed
        return packed
    }
}
