/// What a First Order Motion Model computes with and no tensor of its checkpoint tells.
public struct FirstOrderSettings: Equatable, Sendable {
    /// Side of the square pictures, in pixels.
    public var size = 256
    /// What the detector's logits are divided by before the softmax.
    public var temperature: Float = 0.1
    /// Zeros around the features that the key points' 7×7 convolutions read, 0 to 3.
    public var keyPointPadding = 0
    /// σ² of the Gaussians around key points.
    public var variance: Float = 0.01
    /// Whether sampling puts −1 and 1 at the middles of the border pixels, as PyTorch 1.0.0 did with which the published weights were trained,
    /// or at the picture's edges, as the authors' code does today.
    public var alignsCorners = false

    /// Those of the authors' configurations.
    public static let published = FirstOrderSettings()

    public init() {}
}
