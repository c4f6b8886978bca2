import Checkpoints
import Tensors

/// Motion out of a file of a family's own.
public struct MotionClip: Sendable {
    /// (1, V) of each frame; at least one.
    public let frames: [Tensor]
    /// Frames a second.
    public let rate: Double

    public init(frames: [Tensor], rate: Double) { (self.frames, self.rate) = (frames, rate) }

    /// Whether a file's content, whatever its name, may be such motion: a Python pickle, as no picture or video is.
    public static func isClip(_ path: String) -> Bool { PickledValue.isPickle(path) }
}
