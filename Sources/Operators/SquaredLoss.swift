import Tensors

/// The mean of (x − target)², which least-squares adversarial losses are made of (Mao et al. 2017, equation 8).
public enum SquaredLoss {
    /// (any shape) → (1).
    public static func forward(_ x: Tensor, target: Float) -> Tensor {
        let count = Float(x.count)
        return Operator.squaredLoss.run(on: [x], detail: "", operations: 3 * x.count) {
            let sum = x.values.reduce(0.0) { $0 + Double($1 - target) * Double($1 - target) }
            return Tensor([Float(sum / Double(count))], [1])
        } backward: { gradient, _ in
            let step = 2 * gradient.values[0] / count
            return [Tensor(x.values.map { step * ($0 - target) }, x.shape)]
        }
    }
}
