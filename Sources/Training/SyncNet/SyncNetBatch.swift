import Tensors

/// Mouths, what each says, and what it says at another moment.
public struct SyncNetBatch {
    /// (N, 15, m, m), RGB in [0, 1].
    package let mouths: Tensor
    /// (N, values, 9).
    package let own, moved: Tensor

    package init(mouths: Tensor, own: Tensor, moved: Tensor) { (self.mouths, self.own, self.moved) = (mouths, own, moved) }

    var count: Int { mouths.shape[0] }

    /// For each mouth the numbers of others, each of which the same number of mouths hears: what they say belongs to others.
    package var others: [(mouth: Int, sound: Int)] {
        (1..<min(count, Self.mostOthers + 1)).flatMap { distance in (0..<count).map { ($0, ($0 + distance) % count) } }
    }

    private static let mostOthers = 8
}
