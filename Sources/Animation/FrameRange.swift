/// Frames A to B of a video, counted from 1, both included.
public struct FrameRange: Equatable, Sendable, CustomStringConvertible {
    public let first: Int
    /// None: to the end.
    public let last: Int?

    public static let all = FrameRange(first: 1, last: nil)

    public init(first: Int, last: Int?) {
        precondition(first >= 1 && last.map { $0 >= first } ?? true)
        (self.first, self.last) = (first, last)
    }

    /// Reads "A..B", "A..", "..B" or a single "A"; nil when it is none of these, or empty.
    public init?(_ text: String) {
        func number(_ text: Substring) -> Int? { text.allSatisfy(\.isASCII) ? Int(text) : nil }
        guard let dots = text.range(of: "..") else {
            guard let only = number(text[...]), only >= 1 else { return nil }
            self.init(first: only, last: only)
            return
        }
        let (before, after) = (text[..<dots.lowerBound], text[dots.upperBound...])
        guard let first = before.isEmpty ? 1 : number(before), first >= 1 else { return nil }
        let last = number(after)
        guard after.isEmpty || last != nil, last.map({ $0 >= first }) ?? true else { return nil }
        self.init(first: first, last: last)
    }

    public var description: String { "\(first)..\(last.map(String.init) ?? "")" }
}
