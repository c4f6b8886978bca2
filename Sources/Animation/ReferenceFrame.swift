/// The driving frame whose motion relative transfer starts from: there, the result is the source as it is.
public enum ReferenceFrame: Equatable, Sendable, CustomStringConvertible {
    /// The first frame that is animated.
    case first
    /// The frame, of those animated, whose motion is nearest the source's.
    case best
    /// The first frame, or where its head is turned far from the source's, its mouth wide open or its eyes shut, and another frame is nearer,
    /// that one; by the faces of both sides.
    case automatic
    /// A frame of the driving video by number, counted from 1.
    case number(Int)

    /// Reads "first", "best", "auto" or a number from 1; nil when it is none of these.
    public init?(_ text: String) {
        switch text {
        case "first": self = .first
        case "best": self = .best
        case "auto": self = .automatic
        default:
            guard let number = Int(text), number >= 1 else { return nil }
            self = .number(number)
        }
    }

    public var description: String {
        switch self {
        case .first: return "first"
        case .best: return "best"
        case .automatic: return "auto"
        case .number(let number): return String(number)
        }
    }
}
