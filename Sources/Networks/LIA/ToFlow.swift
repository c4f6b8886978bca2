import Operators
import Tensors

/// Reads a flow field and a mask from the features of a level and warps the source's features with them (Wang et al. 2022, section 3.2);
/// without masks, with the flow field alone.
public struct ToFlow {
    let weight, bias: Parameter
    let modulation: EqualizedLinear
    let weights: Prepared<ConvolutionWeights>

    /// - Parameter masked: whether there is a mask: the map has three channels instead of two.
    public init(_ scope: ParameterScope, channels: Int, code: Int, masked: Bool = true) {
        let outputs = masked ? 3 : 2
        scope.scope("upsample").constant("kernel", [4, 4], Blur.kernel(gain: 4))
        let convolution = scope.scope("conv")
        weight = convolution.parameter("weight", [1, outputs, channels, 1, 1])
        modulation = EqualizedLinear(convolution.scope("modulation"), from: code, to: channels, initialBias: .ones)
        bias = scope.parameter("bias", [1, outputs, 1, 1], initial: .zeros)
        let gain = 1 / Float(channels).squareRoot()
        weights = Prepared(weight, isDifferentiated: false) { ConvolutionWeights($0, gain: gain) }
    }

    /// - Parameters:
    ///   - features: (N, C, H, W), the generator's own.
    ///   - code: (N, code).
    ///   - source: (1 or N, C, H, W), the features of the source.
    ///   - previous: (N, 3 or 2, H/2, W/2), the raw map of the level before; nil at the first.
    ///   - blending: whether to compute the blended features, for a level that follows.
    /// - Returns: the warp, and the raw map (N, 3 or 2, H, W) of flow and mask before tanh and sigmoid.
    public func callAsFunction(
        _ features: Tensor, code: Tensor, source: Tensor, previous: Tensor?, blending: Bool = true
    ) -> (warp: Warp.Result, map: Tensor) {
        var map = Convolution.forward(
            features, weight: weights.value, inputScale: modulation(code), epilogue: Epilogue(bias: bias.value))
        if let previous { map = Upsampling.forward(previous, addingTo: map) }
        return (Warp.forward(source: source, features: features, map: map, blending: blending), map)
    }
}
