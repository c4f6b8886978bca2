import Networks
import Operators
import TestSupport
import Tensors

extension ReferenceCase {
    /// The operators and layers of the First Order Motion Model, in the vectors of Fixtures/fomm.
    static let firstOrder: [ReferenceCase] = planes + samplings + pointMotions

    private static let planes: [ReferenceCase] = [
        ReferenceCase(name: "conv2d_7x7") { try convolved($0, padding: 3) },
        ReferenceCase(name: "conv2d_7x7_valid") { try convolved($0, padding: 0) },
        ReferenceCase(name: "conv2d_4x4_valid") { try convolved($0, padding: 0) },
        ReferenceCase(name: "leaky_relu") { [Activation.leakyReLU.forward(try $0("input0"))] },
        ReferenceCase(name: "average_pool_odd") { [Pooling.mean(try $0("input0"))] },
        ReferenceCase(name: "batch_norm_eval") { t in
            let x = try t("input0")
            return [try stateful(t) { BatchNormalization($0.scope("norm"), 4) }(x)]
        },
        ReferenceCase(name: "res_block_eval") { t in
            [try stateful(t) { NormalizedResidualBlock($0, 4, axes: 2) }(try t("input0"))]
        },
        ReferenceCase(name: "hourglass_eval") { t in
            [try stateful(t) { Hourglass($0, from: 3, .init(base: 4, most: 12, levels: 2)) }(try t("input0"))]
        },
        ReferenceCase(name: "upsample_nearest") { [NearestEnlargement.forward(try $0("input0"))] },
    ]

    private static let samplings: [ReferenceCase] = [
        ReferenceCase(name: "resize_bilinear_up") { [BilinearResizing.forward(try $0("input0"), height: 12, width: 16)] },
        ReferenceCase(name: "resize_bilinear_down") { [BilinearResizing.forward(try $0("input0"), height: 6, width: 5)] },
        ReferenceCase(name: "antialias_half") { try smoothed($0, 2) },
        ReferenceCase(name: "antialias_quarter") { try smoothed($0, 4) },
        ReferenceCase(name: "antialias_eighth") { try smoothed($0, 8) },
        ReferenceCase(name: "grid_sample") { [GridSampling.forward(try $0("input0"), grid: try $0("input1"))] },
        ReferenceCase(name: "grid_sample_align_corners") {
            [GridSampling.forward(try $0("input0"), grid: try $0("input1"), alignsCorners: true)]
        },
        ReferenceCase(name: "grid_sample_reflection") {
            [GridSampling.forward(try $0("input0"), grid: try $0("input1"), outside: .reflection)]
        },
    ]

    private static let pointMotions: [ReferenceCase] = [
        ReferenceCase(name: "coordinate_grid") { _ in
            let none = Tensor(zeros: [1, 0, 2])
            return [SparseMotions.forward(source: none, driving: none, height: 4, width: 6).reshaped([4, 6, 2])]
        },
        ReferenceCase(name: "keypoints", outputs: keyPoints), ReferenceCase(name: "keypoints_single_jacobian", outputs: keyPoints),
        ReferenceCase(name: "gaussian_heatmap") { [GaussianHeatmap.forward(try $0("input0"), height: 6, width: 8, variance: 0.01)] },
        ReferenceCase(name: "inverse_2x2") { [SmallInverse.forward(try $0("input0"))] },
        ReferenceCase(name: "sparse_motions") { t in
            let map = SmallProduct.forward(try t("input3"), SmallInverse.forward(try t("input1")))
            return [SparseMotions.forward(source: try t("input2"), driving: try t("input0"), map: map, height: 5, width: 6)]
        },
        ReferenceCase(name: "sparse_motions_no_jacobian") {
            [SparseMotions.forward(source: try $0("input1"), driving: try $0("input0"), height: 5, width: 6)]
        },
        ReferenceCase(name: "deformed_sources") { t in
            let copies = Selection.forward(try t("input0"), indices: (0..<8).map { $0 / 4 })
            return [GridSampling.forward(copies, grid: try t("input1").reshaped([8, 5, 6, 2])).reshaped([2, 4, 3, 5, 6])]
        },
        ReferenceCase(name: "combine_motions") { [MotionCombination.forward(try $0("input0"), motions: try $0("input1")).flow] },
    ]

    private static func convolved(_ t: (String) throws -> Tensor, padding: Int) throws -> [Tensor] {
        [
            Convolution.forward(
                try t("input0"), weight: try t("param/weight"), padding: padding, epilogue: Epilogue(bias: try t("param/bias")))
        ]
    }

    private static func smoothed(_ t: (String) throws -> Tensor, _ factor: Int) throws -> [Tensor] {
        let (layer, parameters) = Parameter.collecting { AntialiasedDownscaling($0, factor: factor) }
        // The layer makes its kernel, which is the authors'.
        let (own, expected) = (parameters[0].value.values, try t("buffer/weight").values)
        guard zip(own, expected).allSatisfy({ abs($0 - $1) < 1e-7 }) else { return [] }
        return [layer(try t("input0"))]
    }

    @Sendable private static func keyPoints(_ t: (String) throws -> Tensor) throws -> [Tensor] {
        let found = SoftArgmax.forward(try t("input0"), maps: try t("input1"), temperature: 0.1)
        return [found.points, found.means!.reshaped([2, 3, 2, 2])]
    }

    /// A layer with the parameters and buffers of the case.
    private static func stateful<Layer>(_ t: (String) throws -> Tensor, _ make: (ParameterScope) -> Layer) throws -> Layer {
        let (layer, parameters) = Parameter.collecting(make)
        for parameter in parameters { parameter.value = try t("\(parameter.isBuffer ? "buffer" : "param")/\(parameter.name)") }
        return layer
    }
}
