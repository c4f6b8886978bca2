import Operators
import Tensors

/// A 3×3 convolution modulated and demodulated by the latent code, then bias and leaky ReLU (StyleGAN2); a doubling layer doubles the
/// resolution. The noise of published checkpoints is never added.
public struct StyledConvolution {
    let weight, bias: Parameter
    let modulation: EqualizedLinear
    let doubling: Bool
    let gain: Float
    let energy: Prepared<Tensor>
    let weights: Prepared<ConvolutionWeights>

    public init(_ scope: ParameterScope, from inputs: Int, to outputs: Int, code: Int, doubling: Bool = false) {
        let convolution = scope.scope("conv")
        weight = convolution.parameter("weight", [1, outputs, inputs, 3, 3])
        if doubling { convolution.scope("blur").constant("kernel", [4, 4], Blur.kernel(gain: 4)) }
        modulation = EqualizedLinear(convolution.scope("modulation"), from: code, to: inputs, initialBias: .ones)
        bias = scope.scope("activate").parameter("bias", [1, outputs, 1, 1], initial: .zeros)
        scope.scope("noise").unused("weight", [1])
        self.doubling = doubling
        let gain = 1 / Float(inputs * 9).squareRoot()
        self.gain = gain
        energy = Prepared(weight, Modulation.energy)
        weights = Prepared(weight, isDifferentiated: false) { ConvolutionWeights($0, gain: gain) }
    }

    /// - Parameters:
    ///   - x: (N, inputs, H, W).
    ///   - code: (N, code).
    /// - Returns: (N, outputs, H, W), or twice H and W.
    public func callAsFunction(_ x: Tensor, code: Tensor) -> Tensor {
        let style = modulation(code)
        let epilogue = Epilogue(
            scale: Modulation.demodulation(style: style, energy: energy.value, gain: gain), bias: bias.value,
            activation: .scaledLeakyReLU)
        if doubling {
            return UpsamplingConvolution.forward(x, weight: weights.value, inputScale: style, epilogue: epilogue)
        }
        return Convolution.forward(x, weight: weights.value, padding: 1, inputScale: style, epilogue: epilogue)
    }
}
