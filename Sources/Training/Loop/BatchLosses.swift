import Operators
import Tensors

/// The losses of a part of a batch.
public struct BatchLosses {
    /// One loss of the learned network.
    public struct Term {
        /// The name in the record.
        public let name: String
        public let weight: Double
        /// (1), before its weight.
        public let value: Tensor
    }

    /// The losses of the learned network.
    public private(set) var terms: [Term] = []

    /// Computes the loss of the auxiliary network, (1), from what the learned one has made, on a tape of its own; nil while the
    /// auxiliary network does not learn.
    public var auxiliary: (() -> Tensor)?

    /// Adds losses of the learned network that need the auxiliary network as its own step on this batch leaves it; nil where there are
    /// none, and both learn from what they were before. Such a batch has one part, and no other adds to its gradients.
    public var afterAuxiliary: ((inout BatchLosses) -> Void)?

    public init() {}

    /// Adds a loss; where its weight is 0, it is not computed.
    public mutating func add(_ name: String, weight: Double, _ loss: () -> Tensor) {
        guard weight > 0 else { return }
        terms.append(Term(name: name, weight: weight, value: loss()))
    }

    /// Σ weight·loss, (1).
    ///
    /// - Precondition: there is a loss.
    package var total: Tensor {
        let weighted = terms.map { WeightedSum.forward($0.value, weights: Tensor([Float($0.weight)], [1])) }
        return weighted.dropFirst().reduce(weighted[0]) { Sum.forward($0, $1) }
    }
}
