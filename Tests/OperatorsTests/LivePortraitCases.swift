import Networks
import Operators
import TestSupport
import Tensors

extension ReferenceCase {
    /// The operators and layers of LivePortrait's networks, in the vectors of Fixtures/liveportrait.
    static let livePortrait: [ReferenceCase] = volumes + motions + normalizations + blocks + generators

    private static let volumes: [ReferenceCase] = [
        ReferenceCase(name: "avg_pool_2d") { [Pooling.mean(try $0("input0"))] },
        ReferenceCase(name: "avg_pool_3d_1x2x2") { [halved(try $0("input0"))] },
        ReferenceCase(name: "conv3d_1", outputs: volumeConvolution), ReferenceCase(name: "conv3d_3", outputs: volumeConvolution),
        ReferenceCase(name: "conv3d_7", outputs: volumeConvolution),
        ReferenceCase(name: "grid_sample_3d") { [VolumeSampling.forward(try $0("input0"), grid: try $0("input1"))] },
        ReferenceCase(name: "nearest_1x2x2") { [NearestEnlargement.forward(try $0("input0"))] },
        ReferenceCase(name: "nearest_to_size") { [NearestEnlargement.forward(try $0("input0"), rows: 2, columns: 4)] },
        ReferenceCase(name: "upsample_2") { [NearestEnlargement.forward(try $0("input0"))] },
        ReferenceCase(name: "pixel_shuffle") { [DepthToSpace.forward(try $0("input0"), block: 2, channelsFirst: true)] },
    ]

    private static let motions: [ReferenceCase] = [
        ReferenceCase(name: "coordinate_grid") { _ in [PointMotions.identity(depth: 2, height: 3, width: 4)] },
        ReferenceCase(name: "gaussian") { t in
            let points = try t("input0").values
            let bells = stride(from: 0, to: points.count, by: 3).flatMap {
                PointMotions.gaussian(Array(points[$0..<$0 + 3]), depth: 3, height: 4, width: 5).values
            }
            return [Tensor(bells, [1, 3, 3, 4, 5])]
        },
        ReferenceCase(name: "sparse_motions") { t in
            let grids = PointMotions.hypotheses(
                source: try t("input2"), target: try t("input1"), depth: 3, height: 4, width: 5)
            return [grids.reshaped([1] + grids.shape)]
        },
        ReferenceCase(name: "heatmap") { t in
            let all = PointMotions.forward(try t("input0"), source: try t("input2"), target: try t("input1"))
            let slots = all.reshaped([4, 3, 60]).values
            return [Tensor((0..<4).flatMap { slots[$0 * 180..<$0 * 180 + 60] }, [1, 4, 1, 3, 4, 5])]
        },
        ReferenceCase(name: "deformed_feature") { t in
            let (features, grids) = (try t("input0"), try t("input1").reshaped([4, 3, 4, 5, 3]))
            let moved = (0..<4).flatMap { VolumeSampling.forward(features, grid: grids.items($0..<$0 + 1)).values }
            return [Tensor(moved, [1, 4, 2, 3, 4, 5])]
        },
        ReferenceCase(name: "headpose_degree") { [HeadPose.degrees(try $0("input0")).reshaped([2])] },
        ReferenceCase(name: "rotation") { t in
            [HeadPose.rotation(pitch: try t("input0"), yaw: try t("input1"), roll: try t("input2"))]
        },
    ]

    private static let normalizations: [ReferenceCase] = [
        ReferenceCase(name: "batch_norm_2d", outputs: batchNormalization),
        ReferenceCase(name: "batch_norm_3d", outputs: batchNormalization),
        ReferenceCase(name: "gelu") { [GELU.forward(try $0("input0"))] },
        ReferenceCase(name: "grn") { t in
            let x = ChannelsFirst.forward(try t("input0"))
            return [
                ChannelsLast.forward(ResponseNormalization.forward(x, weight: try t("param/gamma"), bias: try t("param/beta")))
            ]
        },
        ReferenceCase(name: "instance_norm") { t in
            let x = try t("input0"), none = Tensor(zeros: [x.shape[0], 2 * x.shape[1], x.shape[2], x.shape[3]])
            return [SpatialModulation.forward(x, modulation: none)]
        },
        ReferenceCase(name: "layer_norm_first") { t in
            [ChannelNormalization.forward(try t("input0"), weight: try t("param/weight"), bias: try t("param/bias"))]
        },
        ReferenceCase(name: "layer_norm_last") { t in
            let x = ChannelsFirst.forward(try t("input0"))
            return [
                ChannelsLast.forward(ChannelNormalization.forward(x, weight: try t("param/weight"), bias: try t("param/bias")))
            ]
        },
    ]

    private static let blocks: [ReferenceCase] = [
        ReferenceCase(name: "depthwise_7") { t in
            [
                DepthwiseConvolution.forward(
                    try t("input0"), weight: try t("param/weight"), bias: try t("param/bias"), rows: (3, 3), columns: (3, 3))
            ]
        },
        ReferenceCase(name: "stem_conv") { t in
            [
                Convolution.forward(
                    try t("input0"), weight: try t("param/weight"), stride: 4, epilogue: Epilogue(bias: try t("param/bias")))
            ]
        },
        ReferenceCase(name: "convnext_block") { t in [try layerOfState(t) { MotionExtractor.Block($0, 4) }(try t("input0"))] },
        ReferenceCase(name: "res_block_3d") { t in [try layerOfState(t) { NormalizedResidualBlock($0, 3, axes: 3) }(try t("input0"))] },
        ReferenceCase(name: "same_block_2d_relu") { t in [try normalized(t, 3, 4, .relu)] },
        ReferenceCase(name: "same_block_2d_leaky") { t in [try normalized(t, 3, 4, Activation(slope: 0.01))] },
        ReferenceCase(name: "down_block_2d") { t in [Pooling.mean(try normalized(t, 3, 4, .relu))] },
        ReferenceCase(name: "down_block_3d") { t in [halved(try normalized(t, 3, 4, .relu, axes: 3))] },
        ReferenceCase(name: "up_block_3d") { t in
            let enlarged = NearestEnlargement.forward(try t("input0"))
            return [try normalized({ $0 == "input0" ? enlarged : try t($0) }, 3, 2, .relu, axes: 3)]
        },
    ]

    private static let generators: [ReferenceCase] = [
        ReferenceCase(name: "spectral_conv") { t in
            let (layer, parameters) = Parameter.collecting { SpectralConvolution($0, from: 3, to: 4) }
            try fill(parameters, t)
            return [layer(try t("input0"))]
        },
        ReferenceCase(name: "spade") { t in
            let layer = try layerOfState(t) { SPADE($0, channels: 4, labels: 3, hidden: 16) }
            return [layer(try t("input0"), label: try t("input1"), factor: 2, activation: .identity)]
        },
        ReferenceCase(name: "spade_block_same") { t in
            let layer = try layerOfState(t) { SPADEBlock($0, from: 4, to: 4, labels: 3, hidden: 16) }
            return [layer(try t("input0"), label: try t("input1"))]
        },
        ReferenceCase(name: "spade_block_shortcut") { t in
            let layer = try layerOfState(t) { SPADEBlock($0, from: 4, to: 3, labels: 3, hidden: 16) }
            return [layer(try t("input0"), label: try t("input1"))]
        },
    ]

    @Sendable private static func volumeConvolution(_ t: (String) throws -> Tensor) throws -> [Tensor] {
        [VolumeConvolution.forward(try t("input0"), weight: try t("param/weight"), epilogue: Epilogue(bias: try t("param/bias")))]
    }

    @Sendable private static func batchNormalization(_ t: (String) throws -> Tensor) throws -> [Tensor] {
        let x = try t("input0")
        let layer = try layerOfState(t) { BatchNormalization($0, 3, epsilon: 1e-5) }, (scale, shift) = layer.factors
        return [ChannelScale.forward(x, scale: Tensor(scale + scale, [2, 3]), bias: Tensor(shift, [3]))]
    }

    /// The layer `conv` and its normalization `norm`.
    private static func normalized(
        _ t: (String) throws -> Tensor, _ inputs: Int, _ outputs: Int, _ activation: Activation, axes: Int = 2
    ) throws -> Tensor {
        try layerOfState(t) {
            BiasedConvolution($0, normalization: "norm", from: inputs, to: outputs, axes: axes, activation: activation)
        }(try t("input0"))
    }

    /// The means of squares of 2×2 in each plane of volumes.
    private static func halved(_ x: Tensor) -> Tensor {
        let planes = Pooling.mean(x.reshaped([x.shape[0], x.shape[1] * x.shape[2], x.shape[3], x.shape[4]]))
        return planes.reshaped(Array(x.shape[..<3]) + planes.shape[2...])
    }

    /// A layer with the parameters and buffers of the case.
    static func layerOfState<Layer>(_ t: (String) throws -> Tensor, _ make: (ParameterScope) -> Layer) throws -> Layer {
        let (layer, parameters) = Parameter.collecting(make)
        try fill(parameters, t)
        return layer
    }

    private static func fill(_ parameters: [Parameter], _ t: (String) throws -> Tensor) throws {
        for parameter in parameters { parameter.value = try t("\(parameter.isBuffer ? "buffer" : "param")/\(parameter.name)") }
    }
}
