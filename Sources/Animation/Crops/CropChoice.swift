import Faces

/// Which square of a picture a network is shown.
public enum CropChoice: Equatable, Sendable {
    /// Around the face where one is found, otherwise the middle of the picture.
    case automatic
    /// Around the face; no face is an error. Of a video one square for the whole of it.
    case face
    /// Around the face, wherever it goes.
    case follow
    /// The largest square in the middle.
    case centre
    /// The whole picture, made square as the fit says.
    case whole
    /// A square by hand, in pixels of the upright picture.
    case square(FaceRectangle)

    /// The least side of a square by hand, in pixels.
    public static let leastSide: Float = 16

    /// Reads "face", "follow", "centre", "none", or a square "x,y,side[,angle]" with its middle and side in pixels and its turn in degrees,
    /// clockwise; nil when it is none of these.
    public init?(_ text: String) {
        switch text {
        case "face": self = .face
        case "follow": self = .follow
        case "centre", "center": self = .centre
        case "none": self = .whole
        default:
            let parts = text.split(separator: ",", omittingEmptySubsequences: false), numbers = parts.compactMap { Float($0) }
            guard parts.count == numbers.count, (3...4).contains(numbers.count), numbers.allSatisfy(\.isFinite),
                numbers[2] >= Self.leastSide, numbers.count == 3 || abs(numbers[3]) <= 180
            else { return nil }
            self = .square(
                FaceRectangle(x: numbers[0], y: numbers[1], side: numbers[2], angle: numbers.count == 4 ? numbers[3] * .pi / 180 : 0))
        }
    }

    /// Whether the square is laid by a face.
    var usesFaces: Bool {
        switch self {
        case .automatic, .face, .follow: return true
        case .centre, .whole, .square: return false
        }
    }
}
