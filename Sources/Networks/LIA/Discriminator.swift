import Operators
import Tensors

/// Scores how real pictures look: a residual network with a minibatch standard deviation before its end (StyleGAN2; LIA trains
/// against the same).
public final class Discriminator {
    let first: ConvolutionLayer
    let blocks: [ResidualBlock]
    let last: ConvolutionLayer
    let hidden, score: EqualizedLinear
    /// Everything that is learned, in the order of its declaration.
    public let parameters: [Parameter]

    /// - Parameters:
    ///   - size: side of the pictures, in pixels.
    ///   - channels: by resolution, from 4 px to `size`, doubling.
    ///   - prefix: what the names of its parameters begin with, such as "mouth.", where there are several.
    public init(size: Int, channels: [Int], seed: UInt64, prefix: String = "") {
        precondition(channels.count == size.trailingZeroBitCount - 1, "\(channels.count) channel counts for \(size) px")
        let builder = ParameterBuilder(seed: seed)
        let scope = ParameterScope(builder, prefix: prefix), layers = scope.scope("convs")
        let counts = Array(channels.reversed())
        first = ConvolutionLayer(layers.scope(0), from: 3, to: counts[0], kernel: 1)
        blocks = (1..<counts.count).map { ResidualBlock(layers.scope($0), from: counts[$0 - 1], to: counts[$0]) }
        let deepest = channels[0]
        last = ConvolutionLayer(scope.scope("final_conv"), from: deepest + 1, to: deepest, kernel: 3)
        hidden = EqualizedLinear(scope.scope("final_linear").scope(0), from: deepest * 16, to: deepest)
        score = EqualizedLinear(scope.scope("final_linear").scope(1), from: deepest, to: 1)
        parameters = builder.parameters
    }

    /// - Parameter pictures: (N, 3, size, size), RGB in [−1, 1].
    /// - Returns: (N, 1), larger for what looks real.
    public func callAsFunction(_ pictures: Tensor) -> Tensor {
        var x = first(pictures)
        for block in blocks { x = block(x) }
        x = last(MinibatchDeviation.forward(x))
        let flat = x.reshaped([x.shape[0], x.count / x.shape[0]])
        return score(hidden(flat, activation: .scaledLeakyReLU))
    }
}
