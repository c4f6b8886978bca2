/// Something that can be looked at while a network makes a picture.
public struct View: Equatable, Sendable {
    /// How its values are displayed.
    public enum Kind: String, Sendable {
        /// (1, 3, S, S): the picture as far as the level has made it, RGB, nominally in [−1, 1].
        case picture
        /// (1, 2, S, S): where each place takes its values from, x before y, added to linspace(−1, 1, S).
        case flow
        /// (1, 1, S, S): a fraction from 0 to 1.
        case mask
        /// (1, C, S, S): features, displayed relative to those that they come from.
        case features
        /// (1, 3, S, S): something drawn, RGB in [−1, 1].
        case drawing
    }

    /// What programs call it: "flow".
    public let name: String
    /// What pages call it: "Flow".
    public let label: String
    public let kind: Kind
    /// One sentence that says what is seen; "{scale}" in it stands for what the strongest color means.
    public let explanation: String
    /// The sides S of its levels, in pixels, coarsest first.
    public let sides: [Int]

    public init(name: String, label: String, kind: Kind, explanation: String, sides: [Int]) {
        (self.name, self.label, self.kind, self.explanation, self.sides) = (name, label, kind, explanation, sides)
    }
}
