import Checkpoints
import Operators
import Tensors

/// From a fifth of a second of sound to a mouth: three convolutions over time and two linear layers, about 0.1 M parameters.
public final class MouthNetwork: @unchecked Sendable {
    /// The family's name in model.json, and its name in prose.
    public static let family = "speech", title = "Speech"
    /// Bands of a step of log-mel spectra, 10 ms each; steps that are read for a moment, and how many of them are before it.
    public static let bands = 32, steps = 20, stepsBefore = 8
    /// What the outputs are: how far the mouth is open, 0…1; how wide, from −1 (narrow) to 1; how far the lips pucker, 0…1.
    public static let outputs = ["open", "wide", "pucker"]

    /// Features have a deviation of about 4.
    private static let inputScale: Float = 0.25
    private static let activation = Activation.leakyReLU

    public let parameters: [Parameter]
    private let convolutions: [TimeConvolution]
    private let hidden, last: (weight: Parameter, bias: Parameter)

    /// A network with random weights.
    public convenience init(seed: UInt64) { self.init(ParameterBuilder(seed: seed)) }

    /// The network of a checkpoint.
    ///
    /// - Throws: `CheckpointMisfit` with every tensor that is missing, misshapen, unknown or not finite.
    public convenience init(_ checkpoint: Checkpoint) throws {
        let builder = ParameterBuilder(checkpoint, prefix: "")
        self.init(builder)
        try builder.finish(wanted: "the weights of a speech model, as lia export writes them")
    }

    private init(_ builder: ParameterBuilder) {
        let scope = ParameterScope(builder)
        convolutions = [
            TimeConvolution(scope.scope("conv1"), from: Self.bands, to: 64, width: 5, activation: Self.activation),
            TimeConvolution(scope.scope("conv2"), from: 64, to: 96, width: 4, stride: 2, activation: Self.activation),
            TimeConvolution(scope.scope("conv3"), from: 96, to: 96, width: 3, stride: 2, activation: Self.activation),
        ]
        let left = convolutions.reduce(Self.steps) { $1.steps(of: $0) } * 96
        func linear(_ name: String, _ inputs: Int, _ outputs: Int) -> (weight: Parameter, bias: Parameter) {
            let own = scope.scope(name)
            return (own.parameter("weight", [outputs, inputs], initial: .fanIn), own.parameter("bias", [outputs], initial: .zeros))
        }
        (hidden, last) = (linear("linear1", left, 128), linear("linear2", 128, Self.outputs.count))
        parameters = builder.parameters
    }

    /// How many values are learned.
    public var parameterCount: Int { parameters.reduce(0) { $0 + $1.value.count } }

    /// - Parameter x: log-mel spectra of the steps around each moment, (N, steps, bands).
    /// - Returns: (N, 3), as `outputs` says.
    public func callAsFunction(_ x: Tensor) -> Tensor {
        precondition(x.shape.count == 3 && x.shape[1...] == [Self.steps, Self.bands], "\(x.shape)")
        var y = Scaling.forward(x, by: Self.inputScale)
        for convolution in convolutions { y = convolution(y) }
        y = Linear.forward(
            y.reshaped([x.shape[0], y.count / x.shape[0]]), weight: hidden.weight.value, bias: hidden.bias.value,
            activation: Self.activation)
        return Linear.forward(y, weight: last.weight.value, bias: last.bias.value)
    }
}
