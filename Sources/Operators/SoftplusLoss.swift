import Foundation
import Tensors

/// The mean of log(1 + e^(s·x)): with s = −1 a generator's non-saturating loss on the discriminator's scores of its pictures, and
/// the discriminator's own on real ones; with s = 1 the discriminator's on generated ones.
public enum SoftplusLoss {
    /// - Returns: (1).
    public static func forward(_ x: Tensor, sign: Float) -> Tensor {
        let count = Float(x.count)
        let sum = x.values.reduce(0.0) { $0 + Double(max(sign * $1, 0) + log1p(exp(-abs($1)))) }
        let result = Tensor([Float(sum) / count], [1])
        Tape.record(result, from: [x]) { gradient in
            let step = gradient.values[0] * sign / count
            return [Tensor(x.values.map { step / (1 + exp(-sign * $0)) }, x.shape)]
        }
        return result
    }
}
