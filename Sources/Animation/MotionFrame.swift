import Tensors

/// The motion of one frame, and when it is shown.
public struct MotionFrame: Sendable {
    /// (1, M): a₁…a_M, finite.
    public let magnitudes: Tensor
    /// In ticks of the file's time base; the first is best 0, and each is larger than the one before.
    public let time: Int64
    /// In ticks of the file's time base; positive.
    public let duration: Int64

    public init(magnitudes: Tensor, time: Int64, duration: Int64) {
        (self.magnitudes, self.time, self.duration) = (magnitudes, time, duration)
    }
}
