import Operators
import Tensors

/// A fully connected layer with equalized learning rate: weights are stored with unit variance and used times 1/√fan-in.
public struct EqualizedLinear {
    public let weight, bias: Parameter
    let gain: Float

    public init(
        _ scope: ParameterScope, from inputs: Int, to outputs: Int, initialBias: ParameterScope.Initial = .zeros
    ) {
        weight = scope.parameter("weight", [outputs, inputs])
        bias = scope.parameter("bias", [outputs], initial: initialBias)
        gain = 1 / Float(inputs).squareRoot()
    }

    /// (N, inputs) → (N, outputs).
    public func callAsFunction(_ x: Tensor, activation: Activation = .identity) -> Tensor {
        Linear.forward(x, weight: weight.value, bias: bias.value, gain: gain, activation: activation)
    }
}
