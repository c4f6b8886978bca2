import Operators
import Tensors

/// A convolution with equalized learning rate: weights are stored with unit variance and used times 1/√fan-in.
public struct EqualizedConvolution {
    public let weight: Parameter
    public let bias: Parameter?
    let stride, padding: Int
    let weights: Prepared<ConvolutionWeights>

    /// - Parameter bias: whether there is one of its own (not where an activation adds it).
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

    /// - Parameter activationBias: when given, is added and leaky ReLU follows (see `Activation`).
    public func callAsFunction(_ x: Tensor, activationBias: Parameter? = nil) -> Tensor {
        Convolution.forward(
            x, weight: weights.value, stride: stride, padding: padding,
            epilogue: Epilogue(
                bias: activationBias?.value ?? bias?.value, activation: activationBias != nil))
    }
}
