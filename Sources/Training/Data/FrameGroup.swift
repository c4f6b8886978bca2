import Tensors

/// Pictures of one identity that training reconstructs from one another.
public struct FrameGroup: Sendable {
    /// (K, 3, size, size), RGB in [−1, 1].
    public let pictures: Tensor
    /// Who is seen.
    public let identity: String
    /// The clip's index in the data set.
    public let clip: Int
    /// Each picture's frame, as an index in the data set. Under pseudo-motion all are the same.
    public let frames: [Int]
    /// The known motion, where the pictures were made from one frame; nil when they are different moments of a clip.
    public let pseudoMotion: PseudoMotion?
}
