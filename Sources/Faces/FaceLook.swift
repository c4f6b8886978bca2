/// What a landmark network says of a square of a picture.
public struct FaceLook: Sendable {
    /// 468 or 478 points in pixels of the picture, with the depth in the same unit, nearer ones smaller.
    public let landmarks: [SIMD3<Float>]
    /// Whether a face is there, 0 to 1.
    public let presence: Float
    /// The square around the landmarks, for the next look.
    public var next: FaceRectangle { FaceRectangle(around: landmarks) }
}
