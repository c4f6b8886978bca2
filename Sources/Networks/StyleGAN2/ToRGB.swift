import Operators
import Tensors

/// Reads a picture from the warped features of a level and adds it to the doubled picture of the level before.
public struct ToRGB {
    let convolution: ConvolutionLayer
    let bias: Parameter

    public init(_ scope: ParameterScope, channels: Int) {
        scope.scope("upsample").constant("kernel", [4, 4], Blur.kernel(gain: 4))
        convolution = ConvolutionLayer(scope.scope("conv"), from: channels, to: 3, kernel: 1)
        bias = scope.parameter("bias", [1, 3, 1, 1], initial: .zeros)
    }

    /// - Parameters:
    ///   - warped: (N, C, H, W).
    ///   - previous: (N, 3, H/2, W/2), the picture of the level before; nil at the first.
    /// - Returns: (N, 3, H, W).
    public func callAsFunction(_ warped: Tensor, previous: Tensor?) -> Tensor {
        let picture = ChannelBias.forward(convolution(warped), bias: bias.value)
        guard let previous else { return picture }
        return Upsampling.forward(previous, addingTo: picture)
    }
}
