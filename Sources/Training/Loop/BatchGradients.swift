import Operators
import Tensors

/// Losses and gradients, of a part of a batch or of a whole step.
struct BatchGradients {
    /// Every loss by its name, before its weight.
    var losses: [String: Double]
    /// The weighted sum of the learned network's losses.
    var total: Double
    /// One for each parameter that is optimized; nil where nothing depends on it.
    var network: [Tensor?]
    /// The gradients of the auxiliary network; empty while it does not learn.
    var auxiliary: [Tensor?]
    /// Whether the auxiliary network has followed them already (see `BatchLosses.afterAuxiliary`).
    var isFollowed = false

    /// An empty sum for a network of so many optimized parameters.
    init(parameters: Int) { (losses, total, network, auxiliary) = ([:], 0, Array(repeating: nil, count: parameters), []) }

    init(losses: [String: Double], total: Double, network: [Tensor?], auxiliary: [Tensor?]) {
        (self.losses, self.total, self.network, self.auxiliary) = (losses, total, network, auxiliary)
    }

    /// Adds another part: its losses times `share`, its gradients whole.
    mutating func add(_ part: BatchGradients, share: Double) {
        for (name, value) in part.losses { losses[name, default: 0] += value * share }
        total += part.total * share
        isFollowed = part.isFollowed
        Self.add(part.network, to: &network)
        if auxiliary.isEmpty { auxiliary = Array(repeating: nil, count: part.auxiliary.count) }
        Self.add(part.auxiliary, to: &auxiliary)
    }

    private static func add(_ gradients: [Tensor?], to sums: inout [Tensor?]) {
        for (index, gradient) in gradients.enumerated() {
            guard let gradient else { continue }
            sums[index] = sums[index].map { Sum.forward($0, gradient) } ?? gradient
        }
    }
}
