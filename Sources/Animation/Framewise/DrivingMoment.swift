import Tensors

/// What drives a portrait at one moment.
public struct DrivingMoment: Sendable {
    /// (1, V); nil where the face is not seen.
    public let motion: Tensor?
    /// In seconds since the first frame.
    public let time: Double

    public init(motion: Tensor?, time: Double) { (self.motion, self.time) = (motion, time) }
}
