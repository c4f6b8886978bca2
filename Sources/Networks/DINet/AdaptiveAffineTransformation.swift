import Operators
import Tensors

/// AdaAT (Zhang et al. 2023, section 3.1): a code chooses how every channel of a map is scaled, turned and moved. Channels that follow one
/// another are blended first (see `ChannelBlending`), as the authors' sampling does.
package struct AdaptiveAffineTransformation {
    private let common, scale, rotation, translation: (weight: Parameter, bias: Parameter)

    /// - Parameters:
    ///   - channels: of the map.
    ///   - code: values of a code.
    ///   - hidden: values between the code and the maps.
    package init(_ scope: ParameterScope, channels: Int, code: Int, hidden: Int) {
        // A new network moves nothing.
        func linear(
            _ name: String, _ inputs: Int, _ outputs: Int, initial: ParameterScope.Initial = .zeros
        ) -> (weight: Parameter, bias: Parameter) {
            let own = scope.scope(name).scope(0)
            return (own.parameter("weight", [outputs, inputs], initial: initial), own.parameter("bias", [outputs], initial: .zeros))
        }
        common = linear("commn_linear", code, hidden, initial: .fanIn)
        scale = linear("scale", hidden, channels)
        rotation = linear("rotation", hidden, channels)
        translation = linear("translation", hidden, 2 * channels)
    }

    /// The map as every code finds it, computed once for many codes: (N, C, H, W) → (N, C, H, W).
    package func prepare(_ x: Tensor) -> Tensor { ChannelBlending.forward(x) }

    /// - Parameters:
    ///   - prepared: (N, C, H, W), from `prepare`.
    ///   - code: (N, code).
    ///   - observe: is shown commn_linear, and scale (in 0…1), rotation and translation (in −1…1) before they become s, α and t.
    /// - Returns: (N, C, H, W).
    package func callAsFunction(_ prepared: Tensor, code: Tensor, observe: ((_ name: String, Tensor) -> Void)? = nil) -> Tensor {
        func apply(_ layer: (weight: Parameter, bias: Parameter), _ x: Tensor, _ activation: Activation = .identity) -> Tensor {
            Linear.forward(x, weight: layer.weight.value, bias: layer.bias.value, activation: activation)
        }
        let hidden = apply(common, code, .relu), size = Sigmoid.forward(apply(scale, hidden))
        let turn = hyperbolicTangent(apply(rotation, hidden)), shift = hyperbolicTangent(apply(translation, hidden))
        for (name, values) in [("commn_linear", hidden), ("scale", size), ("rotation", turn), ("translation", shift)] {
            observe?(name, values)
        }
        // The authors' π has six digits.
        return ChannelWarp.forward(
            prepared, scale: Scaling.forward(size, by: 2), angle: Scaling.forward(turn, by: 3.14159), shift: shift)
    }

    /// tanh x = 2·σ(2x) − 1.
    private func hyperbolicTangent(_ x: Tensor) -> Tensor {
        Sum.forward(Scaling.forward(Sigmoid.forward(Scaling.forward(x, by: 2)), by: 2), minus: Tensor(repeating: 1, x.shape))
    }
}
