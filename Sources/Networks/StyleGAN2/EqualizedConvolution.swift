import Operators
import Tensors

/// A convolution with equalized learning rate: weights are stored with unit variance and used times 1/√fan-in.
public struct EqualizedConvolution {
    public let weight: Parameter
    public let bias: Parameter?
    let stride, padding: Int
    let weights: Prepared<ConvolutionWeights>

    /// - Parameter bias: whether it has a bias of its own; false if a bias comes with the activation.
    public init(
        _ scope: ParameterScope, from inputs: Int, to outputs: Int, kernel: Int, stride: Int = 1, padding: Int = 0,
        bias: Bool = false
    ) {
        weight = scope.parameter("weight", [outputs, inputs, kernel, kernel])
        self.bias = bias ? scope.parameter("bias", [outputs], initial: .zeros) : nil
        (self.stride, self.padding) = (stride, padding)
        let gain = 1 / Float(inputs * kernel * kernel).squareRoot()
        weights = Prepared(weight, isDifferentiated: false) { ConvolutionWeights($0, gain: gain) }
    }

    /// - Parameter activationBias: added, and followed by `Activation.scaledLeakyReLU`; nil for neither.
    public func callAsFunction(_ x: Tensor, activationBias: Parameter? = nil) -> Tensor {
        Convolution.forward(
            x, weight: weights.value, stride: stride, padding: padding,
            epilogue: Epilogue(
                bias: activationBias?.value ?? bias?.value, activation: activationBias == nil ? .identity : .scaledLeakyReLU))
    }
}
