import ModelLibrary

/// What a page is told of a model.
struct ModelSummary: Encodable {
    struct Direction: Encodable {
        /// 1…M.
        let number: Int
        let name: String?
        /// The slider's ends.
        let low: Float
        let high: Float
    }

    let name: String
    /// Side of its pictures, in pixels.
    let size: Int
    /// Sides of the pyramid's levels, in pixels.
    let levels: [Int]
    let directions: [Direction]

    /// Slider ends where nobody said which amounts are useful: the range of the authors' linear manipulation.
    static let usualRange: ClosedRange<Float> = -3...3

    init(_ model: LoadedModel, _ names: DirectionNames) {
        (name, size, levels) = (model.name, model.network.size, model.network.configuration.levels)
        directions = Self.directions(names)
    }

    static func directions(_ names: DirectionNames) -> [Direction] {
        (0..<names.count).map {
            let range = names.range(of: $0 + 1) ?? usualRange
            return Direction(number: $0 + 1, name: names.name(of: $0 + 1), low: range.lowerBound, high: range.upperBound)
        }
    }
}
