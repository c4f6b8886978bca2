import Checkpoints
import Operators
import Tensors

/// VGG-19 (Simonyan and Zisserman 2015) as far as relu5_1, with weights in torchvision's layout that the user supplies.
public final class VGG19: PerceptualNetwork {
    public let name = "VGG-19, relu1_1 to relu5_1"
    /// Each stage begins with its convolutions' numbers in torchvision's `features`; a pooling stands between stages. The
    /// features that count come after each stage's first convolution.
    private static let stages = [[0, 2], [5, 7], [10, 12, 14, 16], [19, 21, 23, 25], [28]]
    private static let widths = [64, 128, 256, 512, 512]
    /// The pictures' mean and deviation by which torchvision's weights were trained, for RGB in [0, 1].
    private static let mean: [Float] = [0.485, 0.456, 0.406]
    private static let deviation: [Float] = [0.229, 0.224, 0.225]

    private let convolutions: [Int: (weights: Prepared<ConvolutionWeights>, bias: Parameter)]

    /// - Throws: `CheckpointMisfit` with everything that is missing or misshapen.
    public convenience init(_ checkpoint: Checkpoint) throws { try self.init(ParameterBuilder(checkpoint, prefix: "")) }

    init(_ builder: ParameterBuilder) throws {
        let scope = ParameterScope(builder).scope("features")
        var convolutions: [Int: (weights: Prepared<ConvolutionWeights>, bias: Parameter)] = [:]
        var inputs = 3
        for (stage, width) in zip(Self.stages, Self.widths) {
            for number in stage {
                let own = scope.scope(number)
                convolutions[number] = (
                    Prepared(own.parameter("weight", [width, inputs, 3, 3]), isDifferentiated: false) { ConvolutionWeights($0) },
                    own.parameter("bias", [width], initial: .zeros)
                )
                inputs = width
            }
        }
        self.convolutions = convolutions
        // The rest of the network, which looks at whole pictures to name them.
        for number in [30, 32, 34] { for part in ["weight", "bias"] { scope.scope(number).unused(part) } }
        for number in [0, 3, 6] {
            for part in ["weight", "bias"] { ParameterScope(builder).scope("classifier").scope(number).unused(part) }
        }
        try builder.finish()
    }

    public func features(_ pictures: Tensor) -> [Tensor] {
        // ((x + 1)/2 − mean)/deviation, channel by channel.
        let scale = Tensor(
            (0..<pictures.shape[0]).flatMap { _ in Self.deviation.map { 0.5 / $0 } }, [pictures.shape[0], 3])
        let shift = Tensor(zip(Self.mean, Self.deviation).map { (0.5 - $0) / $1 }, [3])
        var x = ChannelScale.forward(pictures, scale: scale, bias: shift)
        var features: [Tensor] = []
        for (index, stage) in Self.stages.enumerated() {
            if index > 0 { x = Pooling.max(x) }
            for (position, number) in stage.enumerated() {
                let (weights, bias) = convolutions[number]!
                x = Rectifier.forward(
                    Convolution.forward(x, weight: weights.value, padding: 1, epilogue: Epilogue(bias: bias.value)))
                if position == 0 { features.append(x) }
            }
        }
        return features
    }
}
