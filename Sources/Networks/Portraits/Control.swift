/// Something of a portrait that can be moved by an amount: what `--set`, sliders and sweeps offer.
public struct Control: Equatable, Sendable {
    /// From 1.
    public let number: Int
    /// What the family calls it; nil where it has no name of its own. Names that a model's owner gives come from `directions.json`.
    public let name: String?
    /// The amounts that a slider offers by default.
    public let range: ClosedRange<Float>

    public init(number: Int, name: String? = nil, range: ClosedRange<Float>) {
        (self.number, self.name, self.range) = (number, name, range)
    }
}
