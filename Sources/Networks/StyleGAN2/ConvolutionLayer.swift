import Operators
import Tensors

/// Convolution, bias, leaky ReLU; a halving layer halves the resolution by a blur and a stride of 2.
public struct ConvolutionLayer {
    let convolution: EqualizedConvolution
    let bias: Parameter?
    let halving: Bool
    let kernel: Int

    /// - Parameter activated: false for neither bias nor activation.
    public init(
        _ scope: ParameterScope, from inputs: Int, to outputs: Int, kernel: Int, halving: Bool = false,
        activated: Bool = true
    ) {
        // Checkpoints number the parts of the layer: blur (of a halving layer), convolution, activation.
        if halving { scope.scope(0).constant("kernel", [4, 4], Blur.kernel(gain: 1)) }
        convolution = EqualizedConvolution(
            scope.scope(halving ? 1 : 0), from: inputs, to: outputs, kernel: kernel, stride: halving ? 2 : 1,
            padding: halving ? 0 : kernel / 2)
        bias = activated ? scope.scope(halving ? 2 : 1).parameter("bias", [1, outputs, 1, 1], initial: .zeros) : nil
        self.halving = halving
        self.kernel = kernel
    }

    /// (N, inputs, H, W) → (N, outputs, H, W), or half of H and W.
    public func callAsFunction(_ x: Tensor) -> Tensor {
        guard halving else { return convolution(x, activationBias: bias) }
        if kernel == 1 {
            // A 1×1 kernel reads only every second blurred value: the others are not computed.
            return Convolution.forward(
                Blur.forward(x, before: 1, after: 1, stride: 2), weight: convolution.weights.value,
                epilogue: Epilogue(bias: bias?.value, activation: bias == nil ? .identity : .scaledLeakyReLU))
        }
        return convolution(Blur.forward(x, before: 2, after: 2), activationBias: bias)
    }
}
