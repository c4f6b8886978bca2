import Tensors

/// Every channel times one plane of factors.
public enum PlaneProduct {
    /// - Parameters:
    ///   - x: (N, C, …).
    ///   - factors: (N, 1, …).
    /// - Returns: (N, C, …).
    public static func forward(_ x: Tensor, by factors: Tensor) -> Tensor {
        let (samples, channels, size) = x.planar
        precondition(factors.shape == [samples, 1] + x.shape[2...], "factors \(factors.shape) for \(x.shape)")
        return Operator.planeProduct.run(on: [x, factors]) {
            let result = Tensor(uninitialized: x.shape)
            let (from, by, to) = (x.pointer, factors.pointer, result.mutablePointer)
            Parallel.ranges(samples * channels, grain: max(1, 16384 / max(size, 1))) { planes in
                for plane in planes {
                    let (source, target, own) = (from + plane * size, to + plane * size, by + plane / channels * size)
                    for p in 0..<size { target[p] = source[p] * own[p] }
                }
            }
            return result
        } backward: { gradient, _ in
            let dx = forward(gradient, by: factors), dFactors = Tensor(zeros: factors.shape)
            let (arriving, from, to) = (gradient.pointer, x.pointer, dFactors.mutablePointer)
            Parallel.ranges(size, grain: max(1, 16384 / max(channels, 1))) { range in
                for plane in 0..<samples * channels {
                    let sums = to + plane / channels * size
                    for p in range { sums[p] += arriving[plane * size + p] * from[plane * size + p] }
                }
            }
            return [dx, dFactors]
        }
    }
}
