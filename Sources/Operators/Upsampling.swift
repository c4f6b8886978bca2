import CKernels
import Tensors

/// Doubles a map by zeros between the values and the filter [1,3,3,1]⊗[1,3,3,1]/16: so RGB and flow go from one level of a StyleGAN2
/// generator to the next.
public enum Upsampling {
    /// - Parameters:
    ///   - x: (N, C, H, W).
    ///   - base: (N, C, 2·H, 2·W), to which the doubled map is added; zeros if nil.
    /// - Returns: (N, C, 2·H, 2·W).
    public static func forward(_ x: Tensor, addingTo base: Tensor? = nil) -> Tensor {
        let (height, width) = (x.shape[2], x.shape[3])
        let shape = [x.shape[0], x.shape[1], 2 * height, 2 * width]
        precondition(base.map { $0.shape == shape } ?? true, "\(x.shape) doubled does not fit \(base?.shape ?? [])")
        let size = height * width, planes = x.shape[0] * x.shape[1]
        return Operator.upsampling.run(on: [x, base], operations: 32 * x.count) {
            let result = Tensor(uninitialized: shape)
            let (from, to) = (x.pointer, result.mutablePointer)
            if let base {
                to.update(from: base.pointer, count: base.count)
            } else {
                to.update(repeating: 0, count: result.count)
            }
            if OperatorPath.current == .reference {
                for plane in 0..<planes { reference(from + plane * size, height, width, to + plane * 4 * size) }
                return result
            }
            Parallel.ranges(planes, grain: max(1, 16384 / size)) { range in
                Tensor.withScratch(width + 2) { row in
                    for plane in range { kernel_upsample_plane_adding(to + plane * 4 * size, from + plane * size, height, width, row) }
                }
            }
            return result
        } backward: { gradient, _ in
            [Blur.forward(gradient, before: 1, after: 1, stride: 2, gain: 4), base == nil ? nil : gradient]
        }
    }

    /// The definition: the filter spreads every value.
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
