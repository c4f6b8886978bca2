import Operators
import Tensors

/// x + conv(ReLU(BN(conv(ReLU(BN(x)))))), of kernels of 3 along every axis, with as many channels as x has. The first normalization comes
/// before a sum and stands alone; the second is computed with the convolution before it.
package struct NormalizedResidualBlock {
    let normalization: BatchNormalization
    let first, second: BiasedConvolution

    package init(_ scope: ParameterScope, _ channels: Int, axes: Int) {
        first = BiasedConvolution(
            scope, "conv1", normalization: "norm2", from: channels, to: channels, axes: axes, activation: .relu)
        second = BiasedConvolution(scope, "conv2", from: channels, to: channels, axes: axes)
        normalization = BatchNormalization(scope.scope("norm1"), channels)
    }

    /// (N, C, …) → (N, C, …).
    package func callAsFunction(_ x: Tensor) -> Tensor { Sum.forward(x, second(first(normalization(x, activation: .relu)))) }
}
