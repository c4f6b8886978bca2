import Operators
import Tensors

/// F: turns a picture into a volume of features (Guo et al. 2024, "LivePortrait", section 3.1).
public struct AppearanceExtractor {
    private let first, second: BiasedConvolution
    private let halving: [BiasedConvolution]
    private let blocks: [NormalizedResidualBlock]
    private let channels, depth: Int

    init(_ scope: ParameterScope, _ configuration: LivePortraitConfiguration) {
        let widths = configuration.appearance
        first = BiasedConvolution(scope.scope("first"), normalization: "norm", from: 3, to: widths[0], activation: .relu)
        halving = (1..<widths.count).map {
            BiasedConvolution(
                scope.scope("down_blocks").scope($0 - 1), normalization: "norm", from: widths[$0 - 1], to: widths[$0], activation: .relu)
        }
        (channels, depth) = (configuration.volumeChannels, configuration.depth)
        second = BiasedConvolution(scope, "second", from: widths.last!, to: channels * depth, kernel: 1)
        blocks = (0..<configuration.volumeBlocks).map { [channels] in
            NormalizedResidualBlock(scope.scope("resblocks_3d").scope("3dr\($0)"), channels, axes: 3)
        }
    }

    /// The features, in float32 whatever precision is chosen: all frames of a portrait are made from them, and rounding them would be seen most.
    ///
    /// - Parameters:
    ///   - picture: (1, 3, S, S), RGB in [0, 1].
    ///   - observe: is shown what the parts make: first, down0, down1, …, second, resblock0.
    /// - Returns: (1, C, D, S/4, S/4).
    public func callAsFunction(_ picture: Tensor, observe: ((_ name: String, Tensor) -> Void)? = nil) -> Tensor {
        Precision.$chosen.withValue(.float32) { extracted(picture, observe: observe) }
    }

    private func extracted(_ picture: Tensor, observe: ((_ name: String, Tensor) -> Void)?) -> Tensor {
        var x = first(picture)
        observe?("first", x)
        for (index, convolution) in halving.enumerated() {
            x = Pooling.mean(convolution(x))
            observe?("down\(index)", x)
        }
        x = second(x)
        observe?("second", x)
        x = x.reshaped([picture.shape[0], channels, depth, x.shape[2], x.shape[3]])
        for (index, block) in blocks.enumerated() {
            x = block(x)
            observe?("resblock\(index)", x)
        }
        return x
    }
}
