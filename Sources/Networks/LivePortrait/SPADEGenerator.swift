import Operators
import Tensors

/// G: draws the picture from the label map, which modulates every normalization (Park, Liu, Wang and Zhu 2019, "SPADE").
public struct SPADEGenerator {
    private let first, last: BiasedConvolution
    private let middle, doubling: [SPADEBlock]
    private let upscale: Int

    init(_ scope: ParameterScope, _ configuration: LivePortraitConfiguration) {
        let (labels, width) = (configuration.labels, configuration.generator)
        func block(_ name: String, _ inputs: Int, _ outputs: Int) -> SPADEBlock {
            SPADEBlock(scope.scope(name), from: inputs, to: outputs, labels: labels, hidden: configuration.modulation)
        }
        first = BiasedConvolution(scope, "fc", from: labels, to: width)
        middle = (0..<configuration.middleBlocks).map { block("G_middle_\($0)", width, width) }
        let widths = [width] + configuration.doubled
        doubling = (1..<widths.count).map { block("up_\($0 - 1)", widths[$0 - 1], widths[$0]) }
        upscale = configuration.upscale
        let picture = upscale == 1 ? scope : scope.scope("conv_img")
        last = BiasedConvolution(picture, upscale == 1 ? "conv_img" : "0", from: widths.last!, to: 3 * upscale * upscale)
    }

    /// - Parameters:
    ///   - label: (N, labels, H, W).
    ///   - observe: is shown what the parts make: fc, middle0, …, up_0, up_1, logits.
    /// - Returns: (N, 3, S, S), RGB in (0, 1); S is 8·H, or 4·H where the features are not spread over squares of pixels.
    public func callAsFunction(_ label: Tensor, observe: ((_ name: String, Tensor) -> Void)? = nil) -> Tensor {
        var x = first(label)
        observe?("fc", x)
        for (index, block) in middle.enumerated() {
            x = block(x, label: label)
            observe?("middle\(index)", x)
        }
        for (index, block) in doubling.enumerated() {
            x = block(x, label: label, doubling: true)
            observe?("up_\(index)", x)
        }
        x = DepthToSpace.forward(last(Activation.leakyReLU.forward(x)), block: upscale, channelsFirst: true)
        observe?("logits", x)
        return Sigmoid.forward(x)
    }
}
