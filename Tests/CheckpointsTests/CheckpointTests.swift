import Checkpoints
import Files
import Foundation
import Tensors
import TestSupport
import Testing

/// Files that PyTorch and safetensors wrote, against the values that they themselves read.
struct CheckpointTests {
    static let readable: [(file: String, format: Checkpoint.Format, tensors: Int)] = [
        ("types.pt", .pyTorchZip, 10), ("types-legacy.pt", .pyTorchLegacy, 10), ("types.safetensors", .safetensors, 10),
        ("views.pt", .pyTorchZip, 10), ("views-legacy.pt", .pyTorchLegacy, 10),
        ("nested-protocol2.pt", .pyTorchZip, 23), ("nested-protocol4.pt", .pyTorchZip, 23),
        ("nested-protocol5.pt", .pyTorchZip, 23), ("nested-legacy-protocol2.pt", .pyTorchLegacy, 23),
        ("nested-legacy-protocol4.pt", .pyTorchLegacy, 23), ("nested-legacy-protocol5.pt", .pyTorchLegacy, 23),
        ("repacked.pt", .pyTorchZip, 1), ("zip64.pt", .pyTorchZip, 1),
    ]

    @Test(arguments: readable)
    func everyTensorIsAsPyTorchReadsIt(file: String, format: Checkpoint.Format, tensors: Int) throws {
        let expected = try Checkpoint.open(Fixture.path("checkpoints/expected.safetensors"))
        let checkpoint = try Checkpoint.open(Fixture.path("checkpoints/\(file)"))
        #expect(checkpoint.format == format)
        #expect(checkpoint.entries.count == tensors)
        let names = expected.entries.map(\.name).filter { $0.hasPrefix("\(file)/") }.map {
            String($0.dropFirst(file.count + 1))
        }
        #expect(Set(checkpoint.entries.map(\.name)) == Set(names))
        for entry in checkpoint.entries {
            let tensor = try checkpoint.tensor(entry.name)
            let reference = try expected.tensor("\(file)/\(entry.name)")
            #expect(tensor.shape == reference.shape)
            #expect(entry.shape == reference.shape)
            #expect(tensor.patterns == reference.patterns, "\(file) \(entry.name)")
            #expect(entry.byteCount == tensor.count * entry.scalarType.byteCount)
        }
    }

    @Test(arguments: ["types.pt", "types-legacy.pt", "types.safetensors"])
    func everyTypeIsNamed(file: String) throws {
        let checkpoint = try Checkpoint.open(Fixture.path("checkpoints/\(file)"))
        #expect(checkpoint.entries.count == 10)
        for entry in checkpoint.entries { #expect(entry.scalarType.name == entry.name) }
        // Known without any other program.
        #expect(try checkpoint.tensor("int16").values == [0, -1, 32767, -32768])
        #expect(try checkpoint.tensor("bool").values == [1, 0, 1])
        #expect(try checkpoint.tensor("int64").values == [0, -1, 0x1p63, -0x1p63, 16_777_216])
        #expect(try checkpoint.tensor("float16").shape == [2, 3])
        #expect(try checkpoint.tensor("float64").values[1] == -.infinity)
    }

    @Test(arguments: ["views.pt", "views-legacy.pt"])
    func viewsFollowTheirStrides(file: String) throws {
        let checkpoint = try Checkpoint.open(Fixture.path("checkpoints/\(file)"))
        // The base counts from 0 in shape 3×4×5.
        let transposed = try checkpoint.tensor("transposed")
        #expect(transposed.shape == [5, 3, 4])
        #expect(Array(transposed.values.prefix(5)) == [0, 5, 10, 15, 20])
        #expect(try checkpoint.tensor("slice").values == [21, 22, 23, 31, 32, 33, 41, 42, 43, 51, 52, 53])
        #expect(try checkpoint.tensor("row").values == [55, 56, 57, 58, 59])
        #expect(try checkpoint.tensor("expanded").items(1..<2).values == [Float](repeating: 20, count: 12))
        #expect(try checkpoint.tensor("repeated").values == [Float](repeating: 2.5, count: 7))
        #expect(try checkpoint.tensor("scalar").shape == [])
        #expect(try checkpoint.tensor("scalar").values == [4.25])
        #expect(try checkpoint.tensor("empty").shape == [0, 3])
        #expect(try checkpoint.tensor("half_transposed").values == [0, 3, 1, 4, 2, 5])
        #expect(try checkpoint.tensor("diagonal").values == [0, 6, 12, 18])
    }

    @Test func namesKeepTheirOrder() throws {
        let checkpoint = try Checkpoint.open(Fixture.path("checkpoints/nested-protocol2.pt"))
        #expect(
            checkpoint.entries.map(\.name).prefix(9) == [
                "gen.fc.weight", "gen.fc.bias", "gen.norm.weight", "gen.norm.bias", "gen.norm.running_mean",
                "gen.norm.running_var", "gen.norm.num_batches_tracked", "parameter", "optimizer.state.0.step",
            ])
        #expect(checkpoint.entries.suffix(3).map(\.name) == ["pair.1", "7.under_number", "."])
    }

    @Test func theSameNetworkInBothFormats() throws {
        let zip = try Checkpoint.open(Fixture.path("reference/lia-tiny.pt"))
        let legacy = try Checkpoint.open(Fixture.path("reference/lia-tiny-legacy.pt"))
        #expect(zip.format == .pyTorchZip && legacy.format == .pyTorchLegacy)
        #expect(zip.entries == legacy.entries)
        #expect(zip.entries.count > 100)
        #expect(zip.entries.allSatisfy { $0.name.hasPrefix("gen.") })
        for entry in zip.entries { #expect(try zip.tensor(entry.name).patterns == legacy.tensor(entry.name).patterns) }
        // Checked against the gradients that another program computed for these parameters: the same shapes.
        let cases = try Checkpoint.open(Fixture.path("reference/lia-tiny.cases.safetensors"))
        let gradients = cases.entries.filter { $0.name.hasPrefix("l1/grad/") }
        #expect(gradients.count > 50)
        let shapes = Dictionary(uniqueKeysWithValues: zip.entries.map { ($0.name, $0.shape) })
        for gradient in gradients {
            #expect(shapes["gen." + gradient.name.dropFirst("l1/grad/".count)] == gradient.shape)
        }
    }

    @Test func alignedFloatsAreBorrowed() throws {
        let checkpoint = try Checkpoint.open(Fixture.path("checkpoints/views.pt"))
        func isBorrowed(_ name: String) throws -> Bool {
            let (first, second) = (try checkpoint.tensor(name), try checkpoint.tensor(name))
            defer { keepAlive(first, second) }
            return first.pointer == second.pointer
        }
        #expect(try isBorrowed("whole"))
        #expect(try isBorrowed("row"))
        #expect(try !isBorrowed("transposed"))
        #expect(try !isBorrowed("half_transposed"))
    }

    @Test func aTensorOutlivesItsCheckpoint() throws {
        var checkpoint: Checkpoint? = try Checkpoint.open(Fixture.path("checkpoints/views.pt"))
        let tensor = try #require(try checkpoint?.tensor("whole"))
        checkpoint = nil
        #expect(tensor.values == (0..<60).map(Float.init))
    }

    @Test func metadataIsRead() throws {
        let checkpoint = try Checkpoint.open(Fixture.path("checkpoints/types.safetensors"))
        #expect(checkpoint.metadata == ["origin": "PyTorch", "quote": "a \"b\" \\ ü"])
        #expect(try Checkpoint.open(Fixture.path("checkpoints/types.pt")).metadata.isEmpty)
    }

    @Test func aMissingTensorIsNamed() throws {
        let path = Fixture.path("checkpoints/types.pt")
        let checkpoint = try Checkpoint.open(path)
        let error = #expect(throws: FileError.self) { try checkpoint.tensor("gen.absent") }
        #expect(error?.path == path)
        #expect(error?.problem.contains("'gen.absent' among its 10") == true)
    }

    @Test func formatsAreFoundFromContent() throws {
        let folder = try TemporaryFolder()
        for (file, format) in [("types.pt", Checkpoint.Format.pyTorchZip), ("types.safetensors", .safetensors)] {
            let disguised = folder.file("\(file).txt")
            try FileManager.default.copyItem(atPath: Fixture.path("checkpoints/\(file)"), toPath: disguised)
            #expect(try Checkpoint.open(disguised).format == format)
        }
    }

    @Test func filesThatAreNoCheckpointsAreToldApart() throws {
        #expect(CheckpointBytes.problem([])?.contains("is empty") == true)
        #expect(
            CheckpointBytes.problem(Array("version https://git-lfs.github.com/spec/v1\n".utf8))?.contains(
                "git lfs pull") == true)
        #expect(CheckpointBytes.problem(Array("<!DOCTYPE html>".utf8))?.contains("web page (HTML)") == true)
        #expect(throws: FileError(.input, "absent.pt", "no such file; check the path")) {
            try Checkpoint.open("absent.pt")
        }
    }
}
