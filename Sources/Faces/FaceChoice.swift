/// Which of several faces is meant.
public enum FaceChoice: Equatable, Sendable, CustomStringConvertible {
    /// By number from 1, the largest first, as `lia faces` lists them.
    case number(Int)
    case left, right
    /// All of them, the largest first.
    case all

    public static let largest = FaceChoice.number(1)

    /// Reads "largest", "left", "right", "all" or a number from 1; nil when it is none of these.
    public init?(_ text: String) {
        switch text {
        case "largest": self = .largest
        case "left": self = .left
        case "right": self = .right
        case "all": self = .all
        default:
            guard let number = Int(text), number >= 1 else { return nil }
            self = .number(number)
        }
    }

    public var description: String {
        switch self {
        case .number(1): return "largest"
        case .number(let number): return String(number)
        case .left: return "left"
        case .right: return "right"
        case .all: return "all"
        }
    }

    /// The chosen ones.
    ///
    /// - Parameter faces: of one picture, the largest first.
    /// - Returns: none where there is no such face.
    package func chosen(from faces: [Face]) -> [Face] {
        func middle(_ face: Face) -> Float { face.box.left + face.box.right }
        switch self {
        case .number(let number): return faces.indices.contains(number - 1) ? [faces[number - 1]] : []
        case .left: return faces.min { middle($0) < middle($1) }.map { [$0] } ?? []
        case .right: return faces.max { middle($0) < middle($1) }.map { [$0] } ?? []
        case .all: return faces
        }
    }
}
