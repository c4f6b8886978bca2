import Tensors

/// What a network reads in a driving frame.
public struct FrameReading: Sendable {
    /// (N, V).
    public let motion: Tensor
    /// (N, code): what the person looks like, without the pose; nil for a family that does not tell.
    public let appearance: Tensor?

    public init(motion: Tensor, appearance: Tensor?) { (self.motion, self.appearance) = (motion, appearance) }
}
