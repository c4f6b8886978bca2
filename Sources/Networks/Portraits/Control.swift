/// Something of a portrait that can be moved by an amount: what `--set`, sliders and sweeps offer.
public struct Control: Equatable, Sendable {
    /// From 1.
    public let number: Int
    /// What the family calls it; nil where it has no name of its own. Names that a model's owner gives come from `directions.json`.
    public let name: String?
    /// The amounts that a slider offers by default.
    public let range: ClosedRange<Float>
    /// The part of the portrait that it moves, as a page's heading: "Mouth"; nil where the family has no such parts. Controls of one group
    /// follow one another.
    public let group: String?

    public init(number: Int, name: String? = nil, range: ClosedRange<Float>, group: String? = nil) {
        (self.number, self.name, self.range, self.group) = (number, name, range, group)
    }
}
