import Tensors

/// Σ x·w over all values.
public enum WeightedSum {
    /// - Parameters:
    ///   - x: any shape.
    ///   - weights: as many values; no gradient flows to them.
    /// - Returns: (1).
    public static func forward(_ x: Tensor, weights: Tensor) -> Tensor {
        precondition(x.count == weights.count, "\(x.shape) and \(weights.shape)")
        return Operator.weightedSum.run(on: [x], constants: [weights], operations: 2 * x.count) {
            var sum = 0.0
            for index in 0..<x.count { sum += Double(x.pointer[index]) * Double(weights.pointer[index]) }
            return Tensor([Float(sum)], [1])
        } backward: { gradient, _ in
            [Scaling.forward(weights, by: gradient.values[0]).reshaped(x.shape)]
        }
    }
}
