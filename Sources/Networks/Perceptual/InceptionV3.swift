import Checkpoints
import Files
import Operators
import Tensors

/// Inception v3 (Szegedy et al. 2016) as far as its 2048 pooled features, with weights that the user supplies: those of the
/// Fréchet Inception distance as pytorch-fid keeps them, or torchvision's, whose layers are the same but for some poolings.
public final class InceptionV3 {
    /// Whose weights they are.
    public enum Kind: Sendable {
        /// TensorFlow's network of 2015 with 1008 classes, on which published distances rest; means leave the padding out.
        case frechet
        /// Torchvision's, trained anew on 1000 classes: distances by it are another measure.
        case torchvision
    }

    /// How many features there are.
    public static let featureCount = 2048
    /// Side of the pictures that it was trained on; others are resized to it.
    private static let side = 299

    public let kind: Kind
    private let blocks: [(Tensor) -> Tensor]

    /// - Throws: `FileError` (input) where it is no Inception v3; `CheckpointMisfit` with everything that does not fit.
    public init(_ checkpoint: Checkpoint) throws {
        let checkpoint = try checkpoint.network(with: ["Conv2d_1a_3x3.conv.weight"])
        switch checkpoint.entry("fc.weight")?.shape {
        case [1008, Self.featureCount]: kind = .frechet
        case [1000, Self.featureCount]: kind = .torchvision
        default:
            throw FileError(
                .input, checkpoint.path,
                "expected Inception v3, whose fc.weight is 1008×2048 (pytorch-fid's) or 1000×2048 (torchvision's); found neither")
        }
        let builder = ParameterBuilder(checkpoint, prefix: "")
        let scope = ParameterScope(builder)
        blocks = Self.stem(scope) + Self.mixed(scope, kind)
        scope.scope("fc").unused("weight")
        scope.scope("fc").unused("bias")
        // Helps torchvision's training.
        for entry in checkpoint.entries where entry.name.hasPrefix("AuxLogits.") { scope.unused(entry.name) }
        try builder.finish(wanted: "pytorch-fid's or torchvision's Inception v3")
    }

    /// - Parameter pictures: (N, 3, H, W), RGB in [−1, 1], of any size.
    /// - Returns: (N, 2048), none below 0.
    public func features(_ pictures: Tensor) -> Tensor {
        WindowPooling.meanOfAll(
            blocks.reduce(BilinearResizing.forward(pictures, height: Self.side, width: Self.side)) { $1($0) })
    }

    private static func stem(_ scope: ParameterScope) -> [(Tensor) -> Tensor] {
        func convolution(_ name: String, _ inputs: Int, _ outputs: Int, _ kernel: Int, stride: Int = 1, padding: Int = 0)
            -> (Tensor) -> Tensor
        {
            NormalizedConvolution(
                scope.scope(name), from: inputs, to: outputs, rows: kernel, columns: kernel, stride: stride, padding: padding
            ).callAsFunction
        }
        return [
            convolution("Conv2d_1a_3x3", 3, 32, 3, stride: 2), convolution("Conv2d_2a_3x3", 32, 32, 3),
            convolution("Conv2d_2b_3x3", 32, 64, 3, padding: 1), reduce,
            convolution("Conv2d_3b_1x1", 64, 80, 1), convolution("Conv2d_4a_3x3", 80, 192, 3), reduce,
        ]
    }

    private static func reduce(_ x: Tensor) -> Tensor { WindowPooling.max(x, window: 3, stride: 2) }

    private static func mixed(_ scope: ParameterScope, _ kind: Kind) -> [(Tensor) -> Tensor] {
        let mean = { WindowPooling.mean($0, window: 3, stride: 1, padding: 1, countsPadding: kind == .torchvision) }

        /// 35×35.
        func a(_ name: String, _ inputs: Int, pooled: Int) -> [InceptionBranch] {
            let own = scope.scope(name)
            return [
                InceptionBranch(own, from: inputs, [.init("branch1x1", 64)]),
                InceptionBranch(own, from: inputs, [.init("branch5x5_1", 48), .init("branch5x5_2", 64, 5, 5)]),
                InceptionBranch(
                    own, from: inputs,
                    [.init("branch3x3dbl_1", 64), .init("branch3x3dbl_2", 96, 3, 3), .init("branch3x3dbl_3", 96, 3, 3)]),
                InceptionBranch(own, from: inputs, [.init("branch_pool", pooled)], pooling: mean),
            ]
        }

        /// To 17×17.
        func b(_ name: String, _ inputs: Int) -> [InceptionBranch] {
            let own = scope.scope(name)
            return [
                InceptionBranch(own, from: inputs, [.init("branch3x3", 384, 3, 3, stride: 2)]),
                InceptionBranch(
                    own, from: inputs,
                    [
                        .init("branch3x3dbl_1", 64), .init("branch3x3dbl_2", 96, 3, 3),
                        .init("branch3x3dbl_3", 96, 3, 3, stride: 2),
                    ]),
                InceptionBranch(own, from: inputs, [], pooling: reduce),
            ]
        }

        /// 17×17, by rows and columns of 7.
        func c(_ name: String, _ inputs: Int, _ inner: Int) -> [InceptionBranch] {
            let own = scope.scope(name)
            return [
                InceptionBranch(own, from: inputs, [.init("branch1x1", 192)]),
                InceptionBranch(
                    own, from: inputs,
                    [.init("branch7x7_1", inner), .init("branch7x7_2", inner, 1, 7), .init("branch7x7_3", 192, 7, 1)]),
                InceptionBranch(
                    own, from: inputs,
                    [
                        .init("branch7x7dbl_1", inner), .init("branch7x7dbl_2", inner, 7, 1),
                        .init("branch7x7dbl_3", inner, 1, 7), .init("branch7x7dbl_4", inner, 7, 1),
                        .init("branch7x7dbl_5", 192, 1, 7),
                    ]),
                InceptionBranch(own, from: inputs, [.init("branch_pool", 192)], pooling: mean),
            ]
        }

        /// To 8×8.
        func d(_ name: String, _ inputs: Int) -> [InceptionBranch] {
            let own = scope.scope(name)
            return [
                InceptionBranch(own, from: inputs, [.init("branch3x3_1", 192), .init("branch3x3_2", 320, 3, 3, stride: 2)]),
                InceptionBranch(
                    own, from: inputs,
                    [
                        .init("branch7x7x3_1", 192), .init("branch7x7x3_2", 192, 1, 7), .init("branch7x7x3_3", 192, 7, 1),
                        .init("branch7x7x3_4", 192, 3, 3, stride: 2),
                    ]),
                InceptionBranch(own, from: inputs, [], pooling: reduce),
            ]
        }

        /// 8×8.
        func e(_ name: String, _ inputs: Int, pooling: @escaping (Tensor) -> Tensor) -> [InceptionBranch] {
            let own = scope.scope(name)
            return [
                InceptionBranch(own, from: inputs, [.init("branch1x1", 320)]),
                InceptionBranch(
                    own, from: inputs, [.init("branch3x3_1", 384)],
                    fork: [.init("branch3x3_2a", 384, 1, 3), .init("branch3x3_2b", 384, 3, 1)]),
                InceptionBranch(
                    own, from: inputs, [.init("branch3x3dbl_1", 448), .init("branch3x3dbl_2", 384, 3, 3)],
                    fork: [.init("branch3x3dbl_3a", 384, 1, 3), .init("branch3x3dbl_3b", 384, 3, 1)]),
                InceptionBranch(own, from: inputs, [.init("branch_pool", 192)], pooling: pooling),
            ]
        }

        // TensorFlow's network of 2015 takes maxima in its last block.
        let last = kind == .torchvision ? mean : { WindowPooling.max($0, window: 3, stride: 1, padding: 1) }
        let blocks = [
            a("Mixed_5b", 192, pooled: 32), a("Mixed_5c", 256, pooled: 64), a("Mixed_5d", 288, pooled: 64), b("Mixed_6a", 288),
            c("Mixed_6b", 768, 128), c("Mixed_6c", 768, 160), c("Mixed_6d", 768, 160), c("Mixed_6e", 768, 192),
            d("Mixed_7a", 768), e("Mixed_7b", 1280, pooling: mean), e("Mixed_7c", 2048, pooling: last),
        ]
        return blocks.map { block in { block($0) } }
    }
}
