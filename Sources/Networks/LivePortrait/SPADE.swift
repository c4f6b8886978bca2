import Operators
import Tensors

/// A normalization that a label map modulates: a = ReLU(conv(label map)), γ = conv(a), β = conv(a).
package struct SPADE {
    private let shared: BiasedConvolution
    private let parameters: [Parameter]
    /// γ and β as one convolution.
    private let weights: Prepared<(kernel: ConvolutionWeights, bias: Tensor)>

    package init(_ scope: ParameterScope, channels: Int, labels: Int, hidden: Int) {
        shared = BiasedConvolution(scope.scope("mlp_shared"), "0", from: labels, to: hidden, activation: .relu)
        parameters = ["mlp_gamma", "mlp_beta"].flatMap { name in
            let own = scope.scope(name)
            return [
                own.parameter("weight", [channels, hidden, 3, 3], initial: .fanIn), own.parameter("bias", [channels], initial: .zeros),
            ]
        }
        let (gamma, beta) = (Array(parameters[..<2]), Array(parameters[2...]))
        weights = Prepared(gamma[0], with: [gamma[1]] + beta, isDifferentiated: false) { weight in
            let both = Tensor(uninitialized: [2 * channels, hidden, 3, 3])
            both.mutablePointer.update(from: weight.pointer, count: weight.count)
            (both.mutablePointer + weight.count).update(from: beta[0].value.pointer, count: weight.count)
            weight.releasePages()
            beta[0].value.releasePages()
            return (ConvolutionWeights(both), Tensor(gamma[1].value.values + beta[1].value.values, [2 * channels]))
        }
    }

    /// - Parameters:
    ///   - x: (N, C, H, W), or less by a whole number.
    ///   - label: (N, labels, H/factor, W/factor).
    /// - Returns: (N, C, H, W).
    package func callAsFunction(_ x: Tensor, label: Tensor, factor: Int, activation: Activation) -> Tensor {
        for parameter in parameters { parameter.refuseTape() }
        let hidden = shared(enlarging: label, by: factor)
        let (kernel, bias) = weights.value
        return SpatialModulation.forward(x, hidden: hidden, weight: kernel, bias: bias, activation: activation)
    }
}
