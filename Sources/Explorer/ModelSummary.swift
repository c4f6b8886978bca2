import ModelLibrary

/// What a page is told of a model.
package struct ModelSummary: Encodable {
    package struct Direction: Encodable {
        /// 1…M.
        package let number: Int
        package let name: String?
        /// The slider's ends.
        package let low: Float
        package let high: Float
        /// The part of the portrait that it moves, as a heading; nil for a direction without a name.
        package let group: String?
    }

    package struct View: Encodable {
        package let name, label, explanation: String
        /// Sides of its levels, in pixels, coarsest first.
        package let sides: [Int]
    }

    let name: String
    /// Side of its pictures, in pixels.
    package let size: Int
    package let views: [View]
    package let directions: [Direction]
    /// Whether driving motion lies along the directions, so that it is shown along them, and not transferred along some.
    package let drivesDirections: Bool

    package enum CodingKeys: String, CodingKey {
        case name, size, views, directions
        case drivesDirections = "drives_directions"
    }

    package init(_ model: LoadedModel, _ names: DirectionNames) {
        (name, size) = (model.name, model.network.outputSize)
        views = model.views.map { View(name: $0.name, label: $0.label, explanation: $0.explanation, sides: $0.sides) }
        directions = Self.directions(names)
        drivesDirections = model.network.isDrivenAlongControls
    }

    static func directions(_ names: DirectionNames) -> [Direction] {
        names.controls.map { control in
            let range = names.sliderRange(of: control.number) ?? control.range
            return Direction(
                number: control.number, name: names.name(of: control.number), low: range.lowerBound, high: range.upperBound,
                group: control.group ?? DirectionGroups.heading(ofName: names.name(of: control.number)))
        }
    }
}
