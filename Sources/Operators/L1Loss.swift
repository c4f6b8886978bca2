import Tensors

/// Mean or weighted absolute differences; each is a single value, (1), and no gradient flows to the target.
public enum L1Loss {
    /// The mean of |x − target| over all values of one shape.
    public static func forward(_ x: Tensor, target: Tensor) -> Tensor {
        mean(x, target, weight: 1 / Float(x.count)) { _ in 1 }
    }

    /// Σ w·|x − target|, where the weights of a map serve all its channels.
    ///
    /// - Parameters:
    ///   - x: (N, C, H, W).
    ///   - target: the same shape.
    ///   - weights: (N, H, W), at least 0.
    public static func forward(_ x: Tensor, target: Tensor, weights: Tensor) -> Tensor {
        let (channels, size) = (x.shape[1], x.shape[2] * x.shape[3])
        precondition(weights.count == x.shape[0] * size, "weights \(weights.shape) for \(x.shape)")
        return mean(x, target, weight: 1) { index in weights.pointer[index / (channels * size) * size + index % size] }
    }

    @inline(__always)
    private static func mean(
        _ x: Tensor, _ target: Tensor, weight: Float, _ factor: @escaping (Int) -> Float
    ) -> Tensor {
        precondition(x.count == target.count, "\(x.shape) and \(target.shape)")
        defer { keepAlive(x, target) }
        let (a, b) = (x.pointer, target.pointer)
        var sum = 0.0
        for index in 0..<x.count { sum += Double(abs(a[index] - b[index]) * factor(index)) }
        let result = Tensor([Float(sum) * weight], [1])
        Tape.record(result, from: [x]) { gradient in
            let step = gradient.values[0] * weight
            let dx = Tensor(uninitialized: x.shape)
            let (a, b, to) = (x.pointer, target.pointer, dx.mutablePointer)
            Parallel.ranges(x.count, grain: 16384) { range in
                for index in range {
                    let size = step * factor(index)
                    to[index] = a[index] > b[index] ? size : a[index] < b[index] ? -size : 0
                }
            }
            keepAlive(x, target)
            return [dx]
        }
        return result
    }
}
