import Operators
import Tensors

/// A measure of how differently two pictures look, on a pyramid of sizes.
public protocol PerceptualLoss {
    /// A description in a few words, said when training starts.
    var name: String { get }

    /// - Parameters:
    ///   - x, target: (N, 3, H, W) at some sizes, RGB in [−1, 1]. No gradient flows to the target.
    /// - Returns: (1).
    func callAsFunction(_ x: [Tensor], target: [Tensor]) -> Tensor

    /// The same as a mean over all pictures and features, (1).
    func mean(_ x: [Tensor], target: [Tensor]) -> Tensor
}

extension PerceptualLoss {
    /// The loss on pictures of full, 1/2, 1/4 and 1/8 size, each the mean of squares of the one before.
    ///
    /// - Parameters:
    ///   - x, target: (N, 3, H, W), RGB in [−1, 1].
    /// - Returns: (1).
    public func callAsFunction(_ x: Tensor, target: Tensor) -> Tensor {
        self(pyramid(x), target: Tape.$current.withValue(nil) { pyramid(target) })
    }

    /// The picture at full, 1/2, 1/4 and 1/8 size, as far as 8 px.
    func pyramid(_ x: Tensor) -> [Tensor] {
        var levels = [x]
        while levels.count < 4, levels[levels.count - 1].shape[2] >= 16 { levels.append(Pooling.mean(levels[levels.count - 1])) }
        return levels
    }

    func sum(_ terms: [Tensor]) -> Tensor { terms.dropFirst().reduce(terms[0]) { Sum.forward($0, $1) } }
}
