import Foundation
import Tensors

/// The mean of log(1 + e^(sign·x)), the logistic loss on a discriminator's scores. A sign of −1 wants them high: the discriminator on
/// real pictures, and the generator on its own (non-saturating). A sign of 1 wants them low: the discriminator on generated pictures.
public enum SoftplusLoss {
    /// (any shape) → (1).
    public static func forward(_ x: Tensor, sign: Float) -> Tensor {
        let count = Float(x.count)
        return Operator.softplusLoss.run(on: [x], operations: 4 * x.count) {
            let sum = x.values.reduce(0.0) { $0 + Double(max(sign * $1, 0) + log1p(exp(-abs($1)))) }
            return Tensor([Float(sum) / count], [1])
        } backward: { gradient, _ in
            let step = gradient.values[0] * sign / count
            return [Tensor(x.values.map { step / (1 + exp(-sign * $0)) }, x.shape)]
        }
    }
}
