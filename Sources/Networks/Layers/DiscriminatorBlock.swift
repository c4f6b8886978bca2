import Operators
import Tensors

/// A 4×4 convolution without padding, an instance normalization, a leaky ReLU and the mean of 2×2 squares: a block of the discriminators of
/// several families.
package struct DiscriminatorBlock {
    private let convolution: DiscriminatorConvolution
    /// nil where there is no normalization.
    private let normalization: (weight: Parameter, bias: Parameter)?
    private let isHalving: Bool

    package init(
        _ scope: ParameterScope, from inputs: Int, to outputs: Int, isNormalized: Bool, isHalving: Bool, isSpectral: Bool
    ) {
        convolution = DiscriminatorConvolution(scope.scope("conv"), from: inputs, to: outputs, kernel: 4, isSpectral: isSpectral)
        let own = scope.scope("norm")
        normalization =
            isNormalized ? (own.parameter("weight", [outputs], initial: .ones), own.parameter("bias", [outputs], initial: .zeros)) : nil
        self.isHalving = isHalving
    }

    /// (N, inputs, H, W) → (N, outputs, H − 3, W − 3), or half of these.
    package func callAsFunction(_ x: Tensor) -> Tensor {
        var y = convolution(x, activation: normalization == nil ? .leakyReLU : .identity)
        if let (weight, bias) = normalization {
            y = Normalization.forward(y, over: .sample, weight: weight.value, bias: bias.value, activation: .leakyReLU).values
        }
        return isHalving ? Pooling.mean(y) : y
    }
}
