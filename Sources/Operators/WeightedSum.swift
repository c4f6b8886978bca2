import Tensors

/// Σ x·w over all values: a scalar whose gradient is w.
public enum WeightedSum {
    /// - Returns: (1).
    public static func forward(_ x: Tensor, weights: Tensor) -> Tensor {
        precondition(x.count == weights.count, "\(x.shape) and \(weights.shape)")
        defer { keepAlive(x, weights) }
        var sum = 0.0
        for index in 0..<x.count { sum += Double(x.pointer[index]) * Double(weights.pointer[index]) }
        let result = Tensor([Float(sum)], [1])
        Tape.record(result, from: [x]) { gradient in
            [Sum.scaled(weights, by: gradient.values[0]).reshaped(x.shape)]
        }
        return result
    }
}
