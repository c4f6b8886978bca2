import CKernels
import Tensors

/// Mean or weighted absolute differences; each is a single value, (1), and no gradient flows to the target.
public enum L1Loss {
    /// The mean of |x − target| over all values of one shape.
    public static func forward(_ x: Tensor, target: Tensor) -> Tensor {
        sum(x, target, planes: 1, channels: 1, weights: nil, factor: 1 / Float(x.count))
    }

    /// Σ w·|x − target|, where the weights of a map serve all its channels.
    ///
    /// - Parameters:
    ///   - x: (N, C, H, W).
    ///   - target: the same shape.
    ///   - weights: (N, H, W), at least 0.
    public static func forward(_ x: Tensor, target: Tensor, weights: Tensor) -> Tensor {
        let (samples, channels) = (x.shape[0], x.shape[1])
        precondition(weights.count * channels == x.count, "weights \(weights.shape) for \(x.shape)")
        return sum(x, target, planes: samples * channels, channels: channels, weights: weights, factor: 1)
    }

    private static func sum(
        _ x: Tensor, _ target: Tensor, planes: Int, channels: Int, weights: Tensor?, factor: Float
    ) -> Tensor {
        precondition(x.count == target.count, "\(x.shape) and \(target.shape)")
        defer { keepAlive(x, target, weights) }
        let size = x.count / planes
        func map(_ plane: Int) -> UnsafePointer<Float>? { weights.map { $0.pointer + plane / channels * size } }
        var total = 0.0
        for plane in 0..<planes {
            total += kernel_absolute_difference(x.pointer + plane * size, target.pointer + plane * size, map(plane), size)
        }
        let result = Tensor([Float(total) * factor], [1])
        Tape.record(result, from: [x]) { gradient in
            let step = gradient.values[0] * factor
            let dx = Tensor(uninitialized: x.shape)
            let (a, b, to) = (x.pointer, target.pointer, dx.mutablePointer)
            for plane in 0..<planes {
                let start = plane * size
                Parallel.ranges(size, grain: 16384) { range in
                    kernel_difference_sign(
                        to + start + range.lowerBound, a + start + range.lowerBound, b + start + range.lowerBound,
                        map(plane).map { $0 + range.lowerBound }, range.count, step)
                }
            }
            keepAlive(x, target, weights)
            return [dx]
        }
        return result
    }
}
