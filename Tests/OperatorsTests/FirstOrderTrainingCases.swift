import Networks
import Operators
import Tensors
import TestSupport

extension ReferenceCase {
    /// What training the First Order Motion Model needs besides its networks, in the vectors of Fixtures/fomm.
    static let firstOrderTraining: [ReferenceCase] = normalizations + blocks + transforms + losses + discriminators

    static func firstOrderTrainingVectors() throws -> ReferenceVectors { try .file("fomm/training-operators.safetensors") }

    private static let normalizations = [
        ReferenceCase(name: "batch_norm_train") { [try normalized($0, over: .batch)] },
        ReferenceCase(name: "instance_norm") { [try normalized($0, over: .sample)] },
    ]

    /// Layers in training mode: they use the batch's own statistics.
    private static let blocks: [ReferenceCase] = [
        ReferenceCase(name: "same_block_train") { [try trained($0, try convolution($0, 3, 4, kernel: 7))] },
        ReferenceCase(name: "down_block_train") { [Pooling.mean(try trained($0, try convolution($0, 3, 4)))] },
        ReferenceCase(name: "up_block_train") { t in
            let layer = try convolution(t, 4, 3)
            return [try trained(t) { layer(enlarging: $0, by: 2) }]
        },
        ReferenceCase(name: "res_block_train") { t in
            let layer = try layerOfState(t) { NormalizedResidualBlock($0, 4, axes: 2) }
            return [try trained(t) { layer($0) }]
        },
    ]

    private static let transforms: [ReferenceCase] = [
        ReferenceCase(name: "transform_points") { [try spline($0).points(try $0("input0"))] },
        ReferenceCase(name: "transform_jacobian") { [try spline($0).jacobians(try $0("input0"))] },
        ReferenceCase(name: "transform_frame") { [try spline($0).transformed(try $0("input0"), alignsCorners: false)] },
    ]

    private static let losses: [ReferenceCase] = [
        ReferenceCase(name: "loss_l1") { t in
            let difference = Sum.forward(try t("input0"), minus: try t("input1"))
            return [L1Loss.forward(difference, target: Tensor(zeros: difference.shape))]
        },
        ReferenceCase(name: "loss_generator_gan") { [SquaredLoss.forward(try $0("input0"), target: 1)] },
        ReferenceCase(name: "loss_discriminator_gan") { t in
            [Sum.forward(SquaredLoss.forward(try t("input0"), target: 1), SquaredLoss.forward(try t("input1"), target: 0))]
        },
    ]

    private static let discriminators: [ReferenceCase] = [
        ReferenceCase(name: "discriminator_block") { [try block($0, isSpectral: false)(try $0("input0"))] },
        ReferenceCase(name: "discriminator_block_spectral_eval") { [try block($0, isSpectral: true)(try $0("input0"))] },
        ReferenceCase(name: "discriminator_block_spectral_train") { t in
            let block = try block(t, isSpectral: true), x = try t("input0")
            return [NetworkMode.$current.withValue(.training) { block(x) }]
        },
    ]

    private static func normalized(_ t: (String) throws -> Tensor, over extent: Normalization.Extent) throws -> Tensor {
        Normalization.forward(
            try t("input0"), over: extent, weight: try t("param/norm.weight"), bias: try t("param/norm.bias")
        ).values
    }

    private static func convolution(
        _ t: (String) throws -> Tensor, _ inputs: Int, _ outputs: Int, kernel: Int = 3
    ) throws -> BiasedConvolution {
        try layerOfState(t) {
            BiasedConvolution($0, normalization: "norm", from: inputs, to: outputs, kernel: kernel, activation: .relu)
        }
    }

    private static func trained(_ t: (String) throws -> Tensor, _ layer: (Tensor) throws -> Tensor) throws -> Tensor {
        let x = try t("input0")
        return try NetworkMode.$current.withValue(.training) { try layer(x) }
    }

    private static func trained(_ t: (String) throws -> Tensor, _ layer: BiasedConvolution) throws -> Tensor {
        try trained(t) { layer($0) }
    }

    private static func spline(_ t: (String) throws -> Tensor) throws -> ThinPlateSpline {
        ThinPlateSpline(affine: try t("param/theta"), weights: try t("param/control_params"))
    }

    static func block(_ t: (String) throws -> Tensor, isSpectral: Bool) throws -> DiscriminatorBlock {
        try layerOfState(t) { DiscriminatorBlock($0, from: 3, to: 4, isNormalized: true, isHalving: true, isSpectral: isSpectral) }
    }
}
