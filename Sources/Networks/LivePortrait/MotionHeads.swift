import Tensors

/// What M says of a face, of each of N pictures.
public struct MotionHeads: Sendable {
    /// (N, 3·K): the canonical key points, x, y and z of one after the other; what the expression adds to them once they are turned.
    public let keyPoints, expression: Tensor
    /// (N, 3) and (N, 1).
    public let translation, scale: Tensor
    /// (N, 1) each, in degrees.
    public let pitch, yaw, roll: Tensor
}
