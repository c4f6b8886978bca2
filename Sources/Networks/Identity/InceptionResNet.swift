import Checkpoints
import Operators
import Tensors

/// Inception-ResNet v1 (Szegedy et al. 2017) trained on faces, as facenet-pytorch keeps it, with weights that the user supplies.
public final class InceptionResNet: IdentityNetwork {
    public let name = "InceptionResnetV1"
    public let side = 160
    private let blocks: [(Tensor) -> Tensor]
    private let linear: Parameter
    private let normalization: BatchNormalization

    /// - Throws: `CheckpointMisfit` with everything that is missing, misshapen or unknown.
    public init(_ checkpoint: Checkpoint) throws {
        let builder = ParameterBuilder(checkpoint, prefix: "")
        let scope = ParameterScope(builder)
        blocks = Self.stem(scope) + Self.residuals(scope)
        linear = scope.scope("last_linear").parameter("weight", [512, 1792])
        normalization = BatchNormalization(scope.scope("last_bn"), 512, epsilon: 0.001)
        scope.scope("logits").unused("weight")
        scope.scope("logits").unused("bias")
        try builder.finish(wanted: "facenet-pytorch's InceptionResnetV1")
    }

    public func features(_ pictures: Tensor) -> Tensor {
        let pooled = WindowPooling.meanOfAll(blocks.reduce(pictures) { $1($0) })
        let (scale, shift) = normalization.factors
        let values = Linear.forward(pooled, weight: linear.value).values
        let normalized = values.enumerated().map { $1 * scale[$0 % 512] + shift[$0 % 512] }
        return Tensor(normalized, [pictures.shape[0], 512]).rowsOfLengthOne()
    }

    private static func reduce(_ x: Tensor) -> Tensor { WindowPooling.max(x, window: 3, stride: 2) }

    private static func stem(_ scope: ParameterScope) -> [(Tensor) -> Tensor] {
        func convolution(_ name: String, _ inputs: Int, _ outputs: Int, _ kernel: Int, stride: Int = 1, padding: Int = 0)
            -> (Tensor) -> Tensor
        {
            NormalizedConvolution(
                scope.scope(name), from: inputs, to: outputs, rows: kernel, columns: kernel, stride: stride, padding: padding
            ).callAsFunction
        }
        return [
            convolution("conv2d_1a", 3, 32, 3, stride: 2), convolution("conv2d_2a", 32, 32, 3),
            convolution("conv2d_2b", 32, 64, 3, padding: 1), reduce, convolution("conv2d_3b", 64, 80, 1),
            convolution("conv2d_4a", 80, 192, 3), convolution("conv2d_4b", 192, 256, 3, stride: 2),
        ]
    }

    private static func residuals(_ scope: ParameterScope) -> [(Tensor) -> Tensor] {
        func block35(_ own: ParameterScope) -> InceptionResidual {
            InceptionResidual(
                own, 256,
                [
                    [.init("branch0", 32)], [.init("branch1.0", 32), .init("branch1.1", 32, 3, 3)],
                    [.init("branch2.0", 32), .init("branch2.1", 32, 3, 3), .init("branch2.2", 32, 3, 3)],
                ], scale: 0.17)
        }
        func block17(_ own: ParameterScope) -> InceptionResidual {
            InceptionResidual(
                own, 896,
                [
                    [.init("branch0", 128)],
                    [.init("branch1.0", 128), .init("branch1.1", 128, 1, 7), .init("branch1.2", 128, 7, 1)],
                ], scale: 0.1)
        }
        func block8(_ own: ParameterScope, scale: Float = 0.2, isRectified: Bool = true) -> InceptionResidual {
            InceptionResidual(
                own, 1792,
                [
                    [.init("branch0", 192)],
                    [.init("branch1.0", 192), .init("branch1.1", 192, 1, 3), .init("branch1.2", 192, 3, 1)],
                ], scale: scale, isRectified: isRectified)
        }
        let (six, seven) = (scope.scope("mixed_6a"), scope.scope("mixed_7a"))
        let first = [
            InceptionBranch(six, from: 256, [.init("branch0", 384, 3, 3, stride: 2)]),
            InceptionBranch(
                six, from: 256,
                [.init("branch1.0", 192), .init("branch1.1", 192, 3, 3), .init("branch1.2", 256, 3, 3, stride: 2)]),
            InceptionBranch(six, from: 256, [], pooling: reduce),
        ]
        let second = [
            InceptionBranch(seven, from: 896, [.init("branch0.0", 256), .init("branch0.1", 384, 3, 3, stride: 2)]),
            InceptionBranch(seven, from: 896, [.init("branch1.0", 256), .init("branch1.1", 256, 3, 3, stride: 2)]),
            InceptionBranch(
                seven, from: 896,
                [.init("branch2.0", 256), .init("branch2.1", 256, 3, 3), .init("branch2.2", 256, 3, 3, stride: 2)]),
            InceptionBranch(seven, from: 896, [], pooling: reduce),
        ]
        func repeated(_ name: String, _ count: Int, _ make: (ParameterScope) -> InceptionResidual) -> [(Tensor) -> Tensor] {
            (0..<count).map { make(scope.scope(name).scope($0)).callAsFunction }
        }
        return repeated("repeat_1", 5, block35) + [{ first($0) }] + repeated("repeat_2", 10, block17) + [{ second($0) }]
            + repeated("repeat_3", 5) { block8($0) }
            + [block8(scope.scope("block8"), scale: 1, isRectified: false).callAsFunction]
    }
}
