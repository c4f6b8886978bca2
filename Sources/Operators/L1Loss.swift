import CKernels
import Tensors

/// Mean or weighted absolute differences, each a single value, (1). No gradient flows to the target.
public enum L1Loss {
    /// The mean of |x − target| over all values of one shape.
    public static func forward(_ x: Tensor, target: Tensor) -> Tensor {
        sum(x, target, planes: 1, channels: 1, weights: nil, factor: 1 / Float(x.count))
    }

    /// Σ w·|x − target|; all channels of a sample share their weights.
    ///
    /// - Parameters:
    ///   - x: (N, C, …).
    ///   - target: as x.
    ///   - weights: (N, …), at least 0.
    public static func forward(_ x: Tensor, target: Tensor, weights: Tensor) -> Tensor {
        let (samples, channels, size) = x.planar
        precondition(weights.count == samples * size, "weights \(weights.shape) for \(x.shape)")
        return sum(x, target, planes: samples * channels, channels: channels, weights: weights, factor: 1)
    }

    private static func sum(_ x: Tensor, _ target: Tensor, planes: Int, channels: Int, weights: Tensor?, factor: Float) -> Tensor {
        precondition(x.count == target.count, "\(x.shape) and \(target.shape)")
        let size = x.count / planes
        func map(_ plane: Int) -> UnsafePointer<Float>? { weights.map { $0.pointer + plane / channels * size } }
        return Operator.l1Loss.run(on: [x], constants: [target, weights], detail: "", operations: 3 * x.count) {
            var total = 0.0
            for plane in 0..<planes {
                let (a, b, w) = (x.pointer + plane * size, target.pointer + plane * size, map(plane))
                if OperatorPath.current == .reference {
                    for index in 0..<size { total += Double(abs(a[index] - b[index]) * (w?[index] ?? 1)) }
                } else {
                    total += kernel_absolute_difference(a, b, w, size)
                }
            }
            return Tensor([Float(total) * factor], [1])
        } backward: { gradient, _ in
            let step = gradient.values[0] * factor
            let dx = Tensor(uninitialized: x.shape)
            let (a, b, to) = (x.pointer, target.pointer, dx.mutablePointer)
            for plane in 0..<planes {
                let start = plane * size
                Parallel.ranges(size, grain: 16384) { range in
                    let own = start + range.lowerBound
                    kernel_difference_sign(to + own, a + own, b + own, map(plane).map { $0 + range.lowerBound }, range.count, step)
                }
            }
            return [dx]
        }
    }
}
