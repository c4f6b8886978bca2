import Networks
import Operators
import TestSupport
import Tensors

extension ReferenceCase {
    static func dinetVectors() throws -> ReferenceVectors { try .file("dinet/operators.safetensors") }

    /// The operators and layers of DINet, in the vectors of Fixtures/dinet.
    static let dinet: [ReferenceCase] = maps + planes + sequences + training + resizing

    private static let maps = ["adaat", "adaat_rest"].map { name in
        ReferenceCase(name: name) { t in
            let layer = try layerOfState(t) { AdaptiveAffineTransformation($0, channels: 6, code: 8, hidden: 8) }
            return [layer(layer.prepare(try t("input0")), code: try t("input1"))]
        }
    }

    private static let planes: [ReferenceCase] = [
        ReferenceCase(name: "same2d_7") { [try normalized($0, 3, 4, kernel: 7)] },
        ReferenceCase(name: "same2d_11") { [try normalized($0, 4, 4, kernel: 11)] },
        ReferenceCase(name: "down2d") { [try normalized($0, 4, 6, stride: 2)] },
        ReferenceCase(name: "up2d") { t in
            let layer = try convolution(t, 4, 5)
            return [layer(enlarging: try t("input0"), by: 2)]
        },
        ReferenceCase(name: "res2d") { t in
            [try layerOfState(t) { NormalizedResidualBlock($0, 6, axes: 2) }(try t("input0"))]
        },
        ReferenceCase(name: "sync_down2d") { t in
            let layer = try layerOfState(t) { BiasedConvolution($0, from: 4, to: 4, activation: .relu) }
            return [Pooling.mean(layer(try t("input0")))]
        },
        ReferenceCase(name: "sync_res2d") { t in
            [try layerOfState(t) { RectifiedResidualBlock($0, 4, axes: 2) }(try t("input0"))]
        },
        ReferenceCase(name: "discriminator_down") { t in
            let block = try layerOfState(t) {
                DiscriminatorBlock($0, from: 3, to: 5, isNormalized: false, isHalving: true, isSpectral: false)
            }
            return [block(try t("input0"))]
        },
    ]

    private static let sequences: [ReferenceCase] = [
        ReferenceCase(name: "same1d") { [try normalized($0, 29, 8, axes: 1, kernel: 5)] },
        ReferenceCase(name: "down1d") { [try normalized($0, 8, 8, axes: 1, stride: 2)] },
    ]

    private static let training: [ReferenceCase] = [
        ReferenceCase(name: "down2d_train") { t in
            let layer = try convolution(t, 4, 6, stride: 2), x = try t("input0")
            return [NetworkMode.$current.withValue(.training) { layer(x) }]
        },
        ReferenceCase(name: "res2d_train") { t in
            let layer = try layerOfState(t) { NormalizedResidualBlock($0, 6, axes: 2) }, x = try t("input0")
            return [NetworkMode.$current.withValue(.training) { layer(x) }]
        },
        ReferenceCase(name: "res1d_train") { t in
            let layer = try layerOfState(t) { NormalizedResidualBlock($0, 8, axes: 1) }, x = try t("input0")
            return [NetworkMode.$current.withValue(.training) { layer(x) }]
        },
    ]

    private static let resizing: [ReferenceCase] =
        [
            ReferenceCase(name: "half_of_fake") {
                [WindowPooling.mean(try $0("input0"), window: 3, stride: 2, padding: 1, countsPadding: false)]
            },
            ReferenceCase(name: "half_of_real") { [BilinearResizing.forward(try $0("input0"), height: 4, width: 3)] },
        ]
        + [("up", 26, 20), ("up_odd", 17, 13), ("down", 13, 10), ("down_far", 13, 10)].map { name, height, width in
            ReferenceCase(name: "resize_\(name)_f32") { t in
                let picture = try t("input0"), planes = ChannelsFirst.forward(picture.reshaped([1] + picture.shape))
                return [ChannelsLast.forward(BilinearResizing.forward(planes, height: height, width: width)).reshaped([height, width, 3])]
            }
        }

    private static func convolution(
        _ t: (String) throws -> Tensor, _ inputs: Int, _ outputs: Int, axes: Int = 2, kernel: Int = 3, stride: Int = 1
    ) throws -> BiasedConvolution {
        try layerOfState(t) {
            BiasedConvolution(
                $0, normalization: "norm", from: inputs, to: outputs, axes: axes, kernel: kernel, stride: stride, activation: .relu)
        }
    }

    private static func normalized(
        _ t: (String) throws -> Tensor, _ inputs: Int, _ outputs: Int, axes: Int = 2, kernel: Int = 3, stride: Int = 1
    ) throws -> Tensor {
        try convolution(t, inputs, outputs, axes: axes, kernel: kernel, stride: stride)(try t("input0"))
    }
}
