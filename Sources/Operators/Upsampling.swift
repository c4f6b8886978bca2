import CKernels
import Tensors

/// Doubling of a map by zeros between the values and the filter [1,3,3,1]⊗[1,3,3,1]/16: what carries RGB and flow from one
/// level of the generator to the next.
public enum Upsampling {
    /// - Parameters:
    ///   - x: (N, C, H, W).
    ///   - base: (N, C, 2·H, 2·W), to which the doubled map is added; zero when absent.
    /// - Returns: (N, C, 2·H, 2·W).
    public static func forward(_ x: Tensor, addingTo base: Tensor? = nil) -> Tensor {
        let (height, width) = (x.shape[2], x.shape[3])
        let shape = [x.shape[0], x.shape[1], 2 * height, 2 * width]
        precondition(base.map { $0.shape == shape } ?? true, "\(x.shape) doubled does not fit \(base?.shape ?? [])")
        defer { keepAlive(x, base) }
        let mark = OperatorProfile.begin()
        defer {
            mark?.end(
                "upsampling \(shape[1]), \(shape[2])×\(shape[3])", operations: 32 * x.count, values: x.count * (base == nil ? 5 : 9))
        }
        let result = Tensor(uninitialized: shape)
        let (from, to) = (x.pointer, result.mutablePointer)
        if let base { to.update(from: base.pointer, count: base.count) } else { to.update(repeating: 0, count: result.count) }
        let size = height * width
        Tape.record(result, from: [x, base]) { gradient in
            [Blur.forward(gradient, before: 1, after: 1, stride: 2, gain: 4), base == nil ? nil : gradient]
        }
        if OperatorPath.current == .reference {
            for plane in 0..<shape[0] * shape[1] { reference(from + plane * size, height, width, to + plane * 4 * size) }
            return result
        }
        Parallel.ranges(shape[0] * shape[1], grain: max(1, 16384 / size)) { planes in
            let row = Tensor(uninitialized: [width + 2])
            for plane in planes {
                kernel_upsample_plane_adding(to + plane * 4 * size, from + plane * size, height, width, row.mutablePointer)
            }
            keepAlive(row)
        }
        return result
    }

    /// The definition: every value spread through the filter.
    private static func reference(
        _ x: UnsafePointer<Float>, _ height: Int, _ width: Int, _ y: UnsafeMutablePointer<Float>
    ) {
        let filter = Blur.kernel(gain: 4)
        for i in 0..<height {
            for j in 0..<width {
                for tap in 0..<16 {
                    let row = 2 * i - 1 + tap / 4, column = 2 * j - 1 + tap % 4
                    guard row >= 0, row < 2 * height, column >= 0, column < 2 * width else { continue }
                    y[row * 2 * width + column] += filter[tap] * x[i * width + j]
                }
            }
        }
    }
}
