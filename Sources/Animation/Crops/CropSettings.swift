import Faces
import Media

/// How the pictures of one side, source or driving, become the squares that a network is shown.
public struct CropSettings: Equatable, Sendable {
    public var choice: CropChoice
    public var face: FaceChoice
    /// How a whole picture becomes square, where no square is cut.
    public var fit: Fit

    public init(_ choice: CropChoice = .automatic, face: FaceChoice = .largest, fit: Fit = .crop) {
        (self.choice, self.face, self.fit) = (choice, face, fit)
    }

    /// What a driving video is cropped by where nothing else is said: the same way, but the largest face, once for the whole video.
    public var ofDriving: CropSettings {
        switch choice {
        case .square: return CropSettings(.automatic)
        case .follow: return CropSettings(.face)
        case .automatic, .face, .centre, .whole: return CropSettings(choice, fit: fit)
        }
    }

    /// Whether the square is laid by a face.
    public var usesFaces: Bool { choice.usesFaces }
}
