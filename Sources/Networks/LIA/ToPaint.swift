import Operators
import Tensors

/// Paints what the source does not show: reads colors from a level's blended features, in which the generator's own stand where the mask is
/// closed, by a styled convolution and one to three channels, and adds them to the picture.
///
/// Not in the paper, whose pictures come from warped features alone: where its mask is closed there is one color for everything, such as all
/// insides of mouths.
public struct ToPaint {
    let convolution: StyledConvolution
    let weights: Prepared<ConvolutionWeights>

    /// A new one adds nothing.
    public init(_ scope: ParameterScope, channels: Int, code: Int) {
        convolution = StyledConvolution(scope.scope("conv"), from: channels, to: channels, code: code)
        let weight = scope.parameter("weight", [3, channels, 1, 1], initial: .zeros)
        let gain = 1 / Float(channels).squareRoot()
        weights = Prepared(weight, isDifferentiated: false) { ConvolutionWeights($0, gain: gain) }
    }

    /// - Parameters:
    ///   - blended: (N, C, H, W).
    ///   - code: (N, code), the target code.
    ///   - picture: (N, 3, H, W).
    /// - Returns: (N, 3, H, W).
    public func callAsFunction(_ blended: Tensor, code: Tensor, addingTo picture: Tensor) -> Tensor {
        Sum.forward(picture, Convolution.forward(convolution(blended, code: code), weight: weights.value))
    }
}
