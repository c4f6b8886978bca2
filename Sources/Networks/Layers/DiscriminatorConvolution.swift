import Operators
import Tensors

/// A convolution without padding, spectrally normalized or not.
struct DiscriminatorConvolution {
    private enum Kernel {
        case plain(Prepared<ConvolutionWeights>, bias: Parameter)
        case spectral(SpectralConvolution)
    }

    private let kernel: Kernel

    init(_ scope: ParameterScope, from inputs: Int, to outputs: Int, kernel side: Int, isSpectral: Bool) {
        if isSpectral {
            kernel = .spectral(SpectralConvolution(scope, from: inputs, to: outputs, kernel: side, padding: 0))
        } else {
            let weight = scope.parameter("weight", [outputs, inputs, side, side], initial: .fanIn)
            kernel = .plain(
                Prepared(weight, isDifferentiated: false) { ConvolutionWeights($0) },
                bias: scope.parameter("bias", [outputs], initial: .zeros))
        }
    }

    /// (N, inputs, H, W) → (N, outputs, …).
    func callAsFunction(_ x: Tensor, activation: Activation = .identity) -> Tensor {
        switch kernel {
        case .plain(let weights, let bias):
            Convolution.forward(x, weight: weights.value, epilogue: Epilogue(bias: bias.value, activation: activation))
        case .spectral(let convolution): convolution(x, activation: activation)
        }
    }
}
