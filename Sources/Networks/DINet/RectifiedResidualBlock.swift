import Operators
import Tensors

/// x + conv(ReLU(conv(ReLU(x)))), of kernels of 3, without normalization: SyncNet's.
package struct RectifiedResidualBlock {
    private let first, second: BiasedConvolution

    package init(_ scope: ParameterScope, _ channels: Int, axes: Int) {
        first = BiasedConvolution(scope, "conv1", from: channels, to: channels, axes: axes, activation: .relu, initial: .rectified)
        second = BiasedConvolution(scope, "conv2", from: channels, to: channels, axes: axes)
    }

    /// (N, C, …) → (N, C, …).
    package func callAsFunction(_ x: Tensor) -> Tensor { Sum.forward(x, second(first(Activation.relu.forward(x)))) }
}
