import Checkpoints
import Faces
import Foundation
import Media
import Tensors
import TestSupport
import Testing

/// The networks beside LiteRT's numbers of them.
@Suite struct NetworkTests {
    private static let vectors = Result { try ReferenceVectors.file("faces/cases.safetensors") }
    static let tolerance: Float = 5e-4

    private func expect(_ found: Tensor, _ name: String) throws {
        let expected = try Self.vectors.get()(name)
        var found = found
        // Of large maps the vectors have the first and last three rows.
        if found.shape.count == 4, expected.shape.count == 4, found.shape[2] > expected.shape[2] {
            let (height, width) = (found.shape[2], found.shape[3])
            var rows: [Float] = []
            let values = found.values
            for channel in 0..<found.shape[1] {
                for row in [0, 1, 2, height - 3, height - 2, height - 1] {
                    let start = (channel * height + row) * width
                    rows += values[start..<start + width]
                }
            }
            found = Tensor(rows, expected.shape)
        }
        let difference = Difference(found.count == expected.count ? found.reshaped(expected.shape) : found, expected)
        #expect(difference.isWithin(Self.tolerance), "\(name): \(difference)")
    }

    /// A graph with random weights and every feature that is read but the custom operators.
    @Test func theSmallGraphEqualsLiteRT() throws {
        let file = try GraphFile.open(Fixture.path("faces/tiny.tflite")), network = try GraphNetwork(file)
        let vectors = try ReferenceVectors.file("faces/tiny.safetensors")
        var compared = 0
        let outputs = network(try vectors("input")) { index, tensor in
            let name = file.tensors[index].name
            guard let expected = try? vectors(name) else { return }
            compared += 1
            let difference = Difference(tensor, expected)
            #expect(difference.isWithin(1e-5), "\(name): \(difference)")
        }
        #expect(compared == vectors.names(under: "").count - 1, "\(compared)")
        #expect(network.outputNames == ["scores", "points"] && outputs.map(\.count) == [96, 6])
    }

    @Test(.enabled(if: FaceNetworks.arePresent, FaceNetworks.absence), arguments: ["drawn1", "drawn7_turned", "waves"])
    func detectorsEqualLiteRT(_ name: String) throws {
        let (vectors, finder) = (try Self.vectors.get(), try FaceNetworks.finder())
        let picture = try FaceNetworks.picture(name, vectors)
        for (kind, detector) in [("short", finder.shortRange), ("full", finder.fullRange)] {
            let side = detector.range == .short ? 128 : 192, levels = detector.levels(in: picture, FaceDetector.whole(picture))
            let planes = FaceNetworks.planes(levels, side: side)
            if let expected = try? vectors("\(kind)/\(name)/input_levels") { #expect(planes.values == expected.values, "\(kind) \(name)") }
            let input = FaceNetworks.input(planes, scale: 1 / 127.5, offset: -1)
            let outputs = detector.outputs(input) { index, tensor in
                let tensorName = "\(kind)/\(name)/tensor\(index)"
                if (try? vectors(tensorName)) != nil { #expect(throws: Never.self) { try expect(tensor, tensorName) } }
            }
            try expect(outputs.boxes.reshaped([outputs.boxes.count / 16, 16]), "\(kind)/\(name)/boxes")
            try expect(outputs.scores.reshaped([outputs.scores.count]), "\(kind)/\(name)/scores")
        }
    }

    @Test(.enabled(if: FaceNetworks.arePresent, FaceNetworks.absence)) func anchorsEqualTheReference() throws {
        let expected = try Self.vectors.get()("anchors/short").values
        #expect(try FaceNetworks.finder().shortRange.anchors.flatMap { [$0.x, $0.y] } == expected)
    }

    @Test(.enabled(if: FaceNetworks.arePresent, FaceNetworks.absence), arguments: ["drawn1", "drawn7_turned", "waves"])
    func meshEqualsLiteRT(_ name: String) throws {
        let (vectors, mesh) = (try Self.vectors.get(), try FaceNetworks.finder().mesh)
        let picture = try FaceNetworks.picture(name, vectors), place = try vectors("mesh/\(name)/rectangle").values
        let square = FaceRectangle(x: place[0], y: place[1], side: place[2], angle: place[3])
        let levels = mesh.levels(in: picture, square), side = FaceMesh.side
        var planes = FaceNetworks.planes(levels, side: side)
        if let expected = try? vectors("mesh/\(name)/input_levels") {
            // A value in the middle between two levels may become either.
            let differences = zip(planes.values, expected.values).map { abs($0 - $1) }
            #expect(differences.max()! <= 1 && differences.filter { $0 > 0 }.count < differences.count / 1000)
            planes = expected
        }
        let (points, presence) = mesh.outputs(FaceNetworks.input(planes, scale: 1 / 255, offset: 0)) { index, tensor in
            let tensorName = "mesh/\(name)/tensor\(index)"
            if (try? vectors(tensorName)) != nil { #expect(throws: Never.self) { try expect(tensor, tensorName) } }
        }
        try expect(Tensor(points.flatMap { [$0.x, $0.y, $0.z] }, [1404]), "mesh/\(name)/landmarks")
        try expect(Tensor([presence], [1]), "mesh/\(name)/presence")
    }

    @Test(.enabled(if: FaceNetworks.arePresent, FaceNetworks.absence)) func attentionEqualsLiteRT() throws {
        let vectors = try Self.vectors.get(), network = try FaceNetworks.network("face_landmark_with_attention.tflite")
        let file = try GraphFile.open(network.path), name = "drawn7_turned"
        let planes = try vectors("mesh/\(name)/input_levels")
        var maps: [Tensor] = [], features: [Tensor] = [], compared = 0
        let outputs = network(FaceNetworks.input(planes, scale: 1 / 255, offset: 0)) { index, tensor in
            let tensorName = file.tensors[index].name
            if tensorName.contains("landmarks_to_transform_matrix") { maps.append(tensor) }
            if tensorName.contains("transform_tensor_bilinear") { features.append(tensor) }
        }
        for (region, part) in ["lips", "left_eye", "right_eye"].enumerated() {
            try expect(maps[region].reshaped([4, 4]), "attention/\(name)/\(part)_matrix")
            try expect(features[region], "attention/\(name)/\(part)_features")
        }
        for (output, tensor) in zip(network.outputNames, outputs) {
            let part = output == "output_mesh_identity" ? "mesh" : output == "conv_faceflag" ? "presence" : String(output.dropFirst(7))
            try expect(tensor.reshaped([tensor.count]), "attention/\(name)/\(part)")
            compared += 1
        }
        #expect(compared == 7)
    }
}
