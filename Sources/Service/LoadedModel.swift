import ModelLibrary
import Networks

/// What a client is told of a model.
struct LoadedModel: Encodable {
    struct Direction: Encodable {
        /// From 1.
        let number: Int
        let name: String?
        /// The useful amounts.
        let low, high: Float
        let group: String?
    }

    let model: Int
    let name, family: String
    /// Sides of what it reads and makes, in pixels.
    let inputSize, outputSize: Int
    /// How many values a motion has.
    let motionValues: Int
    let detail: Bool
    let directions: [Direction]
    /// Whether driving motion lies along the directions.
    let drivesDirections: Bool

    init(_ number: Int, _ model: PortraitModel, _ names: DirectionNames) {
        let network = model.network
        (self.model, name, family) = (number, model.name, type(of: network).family)
        (inputSize, outputSize, motionValues, detail) = (network.inputSize, network.outputSize, network.motionCount, model.usesDetail)
        directions = names.controls.map { control in
            let range = names.sliderRange(of: control.number) ?? control.range
            return Direction(
                number: control.number, name: names.name(of: control.number), low: range.lowerBound, high: range.upperBound,
                group: control.group)
        }
        drivesDirections = (network as? any VideoDriven)?.isDrivenAlongControls ?? false
    }
}
