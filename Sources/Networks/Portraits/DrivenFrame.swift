import Tensors

/// A frame of a moving source and what drives it.
public struct DrivenFrame: Sendable {
    /// (1, V): the source's own motion, and the driving frame's.
    public let own, driving: Tensor

    public init(own: Tensor, driving: Tensor) { (self.own, self.driving) = (own, driving) }
}
