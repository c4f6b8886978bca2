import Faces

/// What was cut out of the pictures of one side.
public struct CropReport: Codable, Equatable, Sendable {
    /// A square in pixels of the upright picture.
    public struct Square: Codable, Equatable, Sendable {
        /// Its middle.
        public let x, y: Float
        public let side: Float
        /// In degrees, clockwise.
        public let angle: Float

        init(_ square: FaceRectangle) { (x, y, side, angle) = (square.x, square.y, square.side, square.angle * 180 / .pi) }
    }

    /// What laid the squares: "face", "follow", "centre", "none" or "square".
    public let crop: String
    /// The square of each face in the first frame in which it is seen; empty where whole pictures were fitted.
    public let squares: [Square]
    /// Frames in which a face was not seen.
    public let framesWithoutFace: Int
    /// Of squares that follow a face, as part of its size.
    public let jitter: Jitter?

    enum CodingKeys: String, CodingKey {
        case crop, squares, jitter
        case framesWithoutFace = "frames_without_face"
    }
}
