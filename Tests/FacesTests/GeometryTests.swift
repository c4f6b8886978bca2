import Faces
import Files
import Foundation
import Media
import Operators
import Tensors
import TestSupport
import Testing

/// What needs no network: boxes, squares, regions, and the operators beside LiteRT's numbers.
@Suite struct GeometryTests {
    private static let vectors = Result { try ReferenceVectors.file("faces/operators.safetensors") }

    @Test(arguments: [("lips", 0), ("left_eye", 1), ("right_eye", 2)]) func regionsEqualTheReference(_ name: String, _ region: Int) throws {
        let vectors = try Self.vectors.get(), prefix = "landmarks_to_transform/\(name)"
        let map = FaceRegion.all[region].map(landmarks: try vectors("\(prefix)/landmarks_quarter").reshaped([1, 468, 3]))
        let difference = Difference(map.reshaped([4, 4]), try vectors("\(prefix)/matrix"))
        #expect(difference.isWithin(1e-5), "\(difference)")
    }

    @Test func pointsAndFeaturesAreMovedAsTheReference() throws {
        let vectors = try Self.vectors.get()
        let points = FaceRegion.moved(
            try vectors("transform_landmarks/input0").reshaped([1, 71, 2]), by: try vectors("transform_landmarks/matrix"))
        #expect(Difference(points.reshaped([71, 2]), try vectors("transform_landmarks/output0")).isWithin(1e-5))
        let sampled = AffineSampling.forward(
            try vectors("transform_tensor/input0"), map: try vectors("transform_tensor/matrix"), translation: 3, height: 16, width: 16)
        let difference = Difference(sampled, try vectors("transform_tensor/output0"))
        #expect(difference.isWithin(1e-5), "\(difference)")
    }

    /// Each operator's case, with the zeros that it needs at the edges.
    @Test func operatorsEqualLiteRT() throws {
        let vectors = try Self.vectors.get()
        func expect(_ name: String, _ found: (Tensor) throws -> Tensor) throws {
            let expected = try vectors("\(name)/output0"), result = try found(vectors("\(name)/input0"))
            let difference = Difference(result.count == expected.count ? result.reshaped(expected.shape) : result, expected)
            #expect(difference.isWithin(1e-5), "\(name): \(difference)")
        }
        for (name, stride, before, after) in [
            ("depthwise_3x3_stride1_same", 1, 1, 1), ("depthwise_3x3_stride2_same_even", 2, 0, 1),
            ("depthwise_3x3_stride2_same_odd", 2, 1, 1), ("depthwise_3x3_stride2_valid_padded", 2, 0, 0),
        ] {
            let (weight, bias) = (try vectors("\(name)/param/weight"), try vectors("\(name)/param/bias"))
            try expect(name) {
                DepthwiseConvolution.forward(
                    $0, weight: weight, bias: bias, stride: stride, rows: (before, after), columns: (before, after))
            }
        }
        for (name, stride, before, after) in [
            ("convolution_1x1", 1, 0, 0), ("convolution_1x1_sparse", 1, 0, 0), ("convolution_3x3_stride2_same_even", 2, 0, 1),
            ("convolution_3x3_stride2_same_odd", 2, 1, 1), ("convolution_5x5_stride2_same_even", 2, 1, 2),
            ("convolution_3x3_valid_stride3", 3, 0, 0),
        ] {
            let (weight, bias) = (try vectors("\(name)/param/weight"), try vectors("\(name)/param/bias"))
            try expect(name) {
                Convolution.forward(
                    Padding.forward($0, rows: (before, after), columns: (before, after)), weight: weight, stride: stride,
                    epilogue: Epilogue(bias: bias))
            }
        }
        try expect("depth_to_space_2") { DepthToSpace.forward($0, block: 2) }
        try expect("max_pool_2x2") { Pooling.max($0) }
        try expect("max_pool_2x2_same_odd") { WindowPooling.max($0, window: 2, stride: 2, after: (rows: 1, columns: 1)) }
        try expect("pad_around_by_1") { Padding.forward($0, rows: (1, 1), columns: (1, 1)) }
        try expect("pad_channels_to_7") { Padding.forward($0, channels: 4) }
        let slope = try vectors("prelu/param/slope")
        try expect("prelu") { ParametricRectifier.forward($0, slope: slope) }
        try expect("reshape_to_anchors") { ChannelsLast.forward($0) }
        try expect("resize_bilinear_x2_half_pixel") { BilinearResizing.forward($0, height: 6, width: 8) }
    }

    /// Planes and pixels undo each other.
    @Test func channelsGoLastAndFirst() {
        let x = Tensor((0..<24).map(Float.init), [1, 2, 3, 4]), last = ChannelsLast.forward(x)
        #expect(last.shape == [1, 3, 4, 2] && Array(last.values.prefix(4)) == [0, 12, 1, 13])
        #expect(ChannelsFirst.forward(last).values == x.values)
    }

    @Test func overlappingBoxesBecomeTheirMean() {
        func face(_ left: Float, _ score: Float) -> FaceDetection {
            FaceDetection(
                box: FaceBox(left: left, top: 0, right: left + 10, bottom: 10), score: score,
                points: [SIMD2<Float>](repeating: SIMD2(left, 5), count: 6))
        }
        let merged = FaceDetection.merged([face(2, 0.6), face(0, 0.9), face(40, 0.7)])
        #expect(merged.count == 2 && merged[0].score == 0.9 && merged[1].box.left == 40)
        #expect(abs(merged[0].box.left - 0.8) < 1e-5 && abs(merged[0].points[3].x - 0.8) < 1e-5)
        // Boxes without an area end the loop all the same.
        let flat = FaceDetection(box: FaceBox(left: 3, top: 3, right: 3, bottom: 3), score: 1, points: face(0, 1).points)
        #expect(FaceDetection.merged([flat, face(0, 0.5)]).count == 1)
    }

    @Test(arguments: [(640, 480), (1280, 300), (300, 1280), (513, 513)]) func tilesCoverThePicture(_ width: Int, _ height: Int) {
        let tiles = FaceFinder.tiles(Picture(width: width, height: height, red: 0, green: 0, blue: 0))
        #expect((1...9).contains(tiles.count))
        for (x, y) in [(0, 0), (width, 0), (0, height), (width, height), (width / 2, height / 2)] {
            #expect(tiles.contains { abs($0.x - Float(x)) <= $0.side / 2 + 0.5 && abs($0.y - Float(y)) <= $0.side / 2 + 0.5 })
        }
    }

    @Test func absentNetworksAreNamedWithTheCommandThatBringsThem() throws {
        let folder = try TemporaryFolder()
        #expect(FaceFinder.folder(amongModels: [folder.path]) == nil)
        for attempt in [{ try FaceFinder(amongModels: [folder.path]) }, { try FaceFinder(folder: folder.path) }] {
            do {
                _ = try attempt()
                Issue.record("opened without a file")
            } catch let error as FileError {
                #expect(error.side == .input && error.problem.contains(FaceFinder.command), "\(error)")
            }
        }
    }

    /// A network of another kind under the name of a detector is named, not run.
    @Test func anotherNetworkIsRefused() throws {
        let network = try GraphNetwork(path: Fixture.path("faces/tiny.tflite"))
        #expect(throws: FileError.self) { try FaceDetector(network, range: .short) }
        #expect(throws: FileError.self) { try FaceMesh(network, hasAttention: true) }
    }
}
