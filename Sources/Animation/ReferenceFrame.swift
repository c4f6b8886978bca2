/// The driving frame whose motion relative transfer starts from: there, the result is the source as it is.
public enum ReferenceFrame: Equatable, Sendable, CustomStringConvertible {
    /// The first frame that is animated.
    case first
    /// The frame, of those animated, whose motion is nearest the source's.
    case best
    /// A frame of the driving video by number, counted from 1.
    case number(Int)

    /// Reads "first", "best" or a number from 1; nil when it is none of these.
    public init?(_ text: String) {
        switch text {
        case "first": self = .first
        case "best": self = .best
        default:
            guard let number = Int(text), number >= 1 else { return nil }
            self = .number(number)
        }
    }

    public var description: String {
        switch self {
        case .first: return "first"
        case .best: return "best"
        case .number(let number): return String(number)
        }
    }
}
