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

    struct View: Encodable {
        let name, label, explanation: String
        /// Sides of its levels, in pixels, coarsest first.
        let sides: [Int]
    }

    let name: String
    /// Side of its pictures, in pixels.
    let size: Int
    let views: [View]
    let directions: [Direction]

    init(_ model: LoadedModel, _ names: DirectionNames) {
        (name, size) = (model.name, model.network.outputSize)
        views = model.views.map { View(name: $0.name, label: $0.label, explanation: $0.explanation, sides: $0.sides) }
        directions = Self.directions(names)
    }

    static func directions(_ names: DirectionNames) -> [Direction] {
        names.controls.map { control in
            let range = names.sliderRange(of: control.number) ?? control.range
            return Direction(
                number: control.number, name: names.name(of: control.number), low: range.lowerBound, high: range.upperBound)
        }
    }
}
