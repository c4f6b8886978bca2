import Checkpoints
import Operators
import Tensors

/// The residual network of ArcFace (Deng, Guo, Xue and Zafeiriou 2019), `iresnet` of 18 to 200 layers as insightface keeps it,
/// with weights that the user supplies.
public final class ArcFaceResNet: IdentityNetwork {
    public let name: String
    public let side = 112

    /// BatchNorm, convolution, BatchNorm, PReLU, convolution, BatchNorm, and the way around them.
    private struct Block {
        let before: BatchNormalization
        let first, second: NormalizedConvolution
        let slope: Parameter
        let around: NormalizedConvolution?

        func callAsFunction(_ x: Tensor) -> Tensor {
            let inner = ParametricRectifier.forward(first(ArcFaceResNet.normalized(x, before)), slope: slope.value)
            return Sum.forward(second(inner), around?(x) ?? x)
        }
    }

    private static let epsilon = 1e-5
    private static let widths = [64, 128, 256, 512]

    private let first: NormalizedConvolution
    private let slope: Parameter
    private let blocks: [Block]
    private let last: BatchNormalization
    private let linear: (weight: Parameter, bias: Parameter)
    private let normalization: BatchNormalization

    /// - Throws: `CheckpointMisfit` with everything that is missing, misshapen or unknown.
    public init(_ checkpoint: Checkpoint) throws {
        let builder = ParameterBuilder(checkpoint, prefix: "")
        let scope = ParameterScope(builder)
        func convolution(
            _ scope: ParameterScope, _ names: (String, String), _ inputs: Int, _ outputs: Int, kernel: Int = 3, stride: Int = 1
        ) -> NormalizedConvolution {
            NormalizedConvolution(
                scope, convolution: names.0, normalization: names.1, from: inputs, to: outputs, rows: kernel, columns: kernel,
                stride: stride, padding: kernel / 2, epsilon: Self.epsilon, isRectified: false)
        }
        first = convolution(scope, ("conv1", "bn1"), 3, 64)
        slope = scope.scope("prelu").parameter("weight", [64])
        var inputs = 64
        var blocks: [Block] = []
        for (stage, width) in Self.widths.enumerated() {
            var number = 0
            // The file says how deep the network is.
            while number == 0 || checkpoint.entry("layer\(stage + 1).\(number).conv1.weight") != nil {
                let own = scope.scope("layer\(stage + 1)").scope(number), stride = number == 0 ? 2 : 1
                blocks.append(
                    Block(
                        before: BatchNormalization(own.scope("bn1"), inputs, epsilon: Self.epsilon),
                        first: convolution(own, ("conv1", "bn2"), inputs, width),
                        second: convolution(own, ("conv2", "bn3"), width, width, stride: stride),
                        slope: own.scope("prelu").parameter("weight", [width]),
                        around: number > 0
                            ? nil : convolution(own.scope("downsample"), ("0", "1"), inputs, width, kernel: 1, stride: 2)))
                inputs = width
                number += 1
            }
        }
        self.blocks = blocks
        last = BatchNormalization(scope.scope("bn2"), 512, epsilon: Self.epsilon)
        linear = (scope.scope("fc").parameter("weight", [512, 512 * 7 * 7]), scope.scope("fc").parameter("bias", [512]))
        normalization = BatchNormalization(scope.scope("features"), 512, epsilon: Self.epsilon)
        // Two convolutions a block, the first one and the linear layer.
        name = "ArcFace iresnet\(2 * blocks.count + 2)"
        try builder.finish(wanted: "insightface's iresnet")
    }

    public func features(_ pictures: Tensor) -> Tensor {
        let maps = blocks.reduce(ParametricRectifier.forward(first(pictures), slope: slope.value)) { $1($0) }
        let flat = Self.normalized(maps, last).reshaped([pictures.shape[0], 512 * 7 * 7])
        let values = Linear.forward(flat, weight: linear.weight.value, bias: linear.bias.value)
        return Self.normalized(values.reshaped([pictures.shape[0], 512, 1, 1]), normalization)
            .reshaped([pictures.shape[0], 512]).rowsOfLengthOne()
    }

    private static func normalized(_ x: Tensor, _ normalization: BatchNormalization) -> Tensor {
        let (scale, shift) = normalization.factors
        return ChannelScale.forward(
            x, scale: Tensor((0..<x.shape[0]).flatMap { _ in scale }, [x.shape[0], x.shape[1]]),
            bias: Tensor(shift, [x.shape[1]]))
    }
}
