import Checkpoints
import Files
import Foundation
import ModelLibrary
import Networks
import TestSupport
import Tensors
import Testing

/// LivePortrait's files in the layouts that they are published in, and what is said of those that do not fit.
@Suite struct LivePortraitFilesTests {
    private let folder: TemporaryFolder
    private let original: Checkpoint

    init() throws {
        folder = try TemporaryFolder()
        original = try ModelLocator.checkpoint(Fixture.path("liveportrait/small"))
    }

    private func networks(_ checkpoint: Checkpoint) throws -> LivePortraitNetworks {
        try LivePortraitNetworks(checkpoint, prefix: try #require(try LivePortraitNetworks.prefix(in: checkpoint)))
    }

    private func problem(_ checkpoint: Checkpoint) -> String {
        do {
            _ = try networks(checkpoint)
            return "none"
        } catch {
            return "\(error)"
        }
    }

    /// The tensors of one of the files, under their names in it.
    private func tensors(_ file: String) throws -> [(name: String, tensor: Tensor)] {
        let own = original.under(file + ".")
        return try own.entries.map { ($0.name, try own.tensor($0.name)) }
    }

    private func expectEqual(_ found: LivePortraitNetworks, _ expected: LivePortraitNetworks, within tolerance: Float = 0) {
        #expect(found.parameters.map(\.name) == expected.parameters.map(\.name))
        for (a, b) in zip(found.parameters, expected.parameters) {
            let difference = Difference(a.value, b.value)
            #expect(a.value.count > 0 && difference.isWithin(tolerance), "\(a.name): \(difference)")
        }
    }

    /// One safetensors file a network in a flat folder, the groups of the fifth joined by underscores, values of half precision.
    @Test(arguments: [ScalarType.float32, .float16]) func theCommunitysPackingLoads(_ type: ScalarType) throws {
        for file in LivePortraitNetworks.files {
            let renamed = try tensors(file).filter { !$0.name.hasSuffix("num_batches_tracked") }.map {
                (name: $0.name.replacing(".module.", with: "_module."), tensor: $0.tensor)
            }
            try SafetensorsFile.write(renamed, as: type, to: folder.file(file + ".safetensors"), overwrite: false)
        }
        let packed = try ModelLocator.checkpoint(folder.path)
        #expect(packed.entries.contains { $0.name == "stitching_retargeting_module.retarget_shoulder_module.mlp.0.weight" })
        expectEqual(try networks(packed), try networks(original), within: type == .float32 ? 0 : 1e-3)
    }

    /// What a converted model holds loads again: the weights before spectral normalization with u and v, as published.
    @Test(arguments: [ScalarType.float32, .float16]) func aConvertedModelLoads(_ type: ScalarType) throws {
        let networks = try networks(original), path = folder.file("weights.safetensors")
        try SafetensorsFile.write(networks.parameters.map { ($0.name, $0.value) }, as: type, to: path, overwrite: false)
        let converted = try self.networks(Checkpoint.open(path))
        expectEqual(converted, networks, within: type == .float32 ? 0 : 1e-3)
        #expect(converted.configuration == networks.configuration)
        #expect(converted.parameters.contains { $0.name == "spade_generator.up_0.conv_s.weight_orig" })
    }

    /// Weights that were divided by σ before they were stored make the same picture.
    @Test func dividedWeightsLoad() throws {
        let networks = try networks(original), path = folder.file("divided.safetensors")
        var tensors = networks.parameters.map { (name: $0.name, tensor: $0.value) }
        for name in tensors.map(\.name) where name.hasSuffix("weight_orig") {
            let stem = name.dropLast("orig".count)
            func values(_ end: String) -> [Float] { tensors.first { $0.name == stem + end }!.tensor.values }
            let (w, u, v) = (values("orig"), values("u"), values("v"))
            let sigma = u.indices.reduce(0.0) { sum, row in
                sum + Double(u[row]) * v.indices.reduce(0.0) { $0 + Double(w[row * v.count + $1]) * Double(v[$1]) }
            }
            let index = tensors.firstIndex { $0.name == name }!
            tensors[index] = (String(stem.dropLast()), Tensor(w.map { Float(Double($0) / sigma) }, tensors[index].tensor.shape))
            tensors.removeAll { $0.name == stem + "u" || $0.name == stem + "v" }
        }
        try SafetensorsFile.write(tensors, to: path, overwrite: false)
        let divided = try self.networks(Checkpoint.open(path)), label = try ReferenceVectors.file("liveportrait/cases.safetensors")("W/out")
        let difference = Difference(divided.generator(label), networks.generator(label))
        #expect(difference.isWithin(1e-5), "\(difference)")
    }

    @Test func absentFilesAreNamed() throws {
        for file in LivePortraitNetworks.files {
            let others = LivePortraitNetworks.files.filter { $0 != file }.map { (prefix: $0 + ".", file: original.under($0 + ".")) }
            let said = problem(Checkpoint(joining: others, path: "folder"))
            #expect(said.contains("lacks 1 of LivePortrait's 5 files: \(file).pth") && !said.contains("\n"), "\(said)")
            let alone = #expect(throws: FileError.self) { try LivePortraitNetworks.prefix(in: original.under(file + ".")) }
            #expect(alone?.problem.contains("holds LivePortrait's \(file) alone") == true, "\(alone?.problem ?? "")")
        }
    }

    @Test func swappedFilesAreNamed() throws {
        func joined(_ names: [String: String]) -> Checkpoint {
            Checkpoint(
                joining: LivePortraitNetworks.files.map { ($0 + ".", original.under((names[$0] ?? $0) + ".")) }, path: "folder")
        }
        let swapped = problem(joined(["warping_module": "spade_generator", "spade_generator": "warping_module"]))
        #expect(swapped.contains("warping_module and spade_generator hold each other's tensors; swap their names"), "\(swapped)")
        let copied = problem(joined(["motion_extractor": "appearance_feature_extractor"]))
        #expect(copied.contains("its file motion_extractor holds the tensors of appearance_feature_extractor"), "\(copied)")
    }

    @Test func everyTensorThatDoesNotFitIsListed() throws {
        let networks = try networks(original)
        var tensors = networks.parameters.map { (name: $0.name, tensor: $0.value) }
        let absent = "warping_module.third.norm.running_var", other = "motion_extractor.detector.stages.2.1.grn.beta"
        tensors.removeAll { $0.name == absent }
        tensors[tensors.firstIndex { $0.name == other }!].tensor = Tensor(zeros: [1, 1, 1, 3])
        tensors.append(("spade_generator.surprise", Tensor(zeros: [2])))
        let path = folder.file("changed.safetensors")
        try SafetensorsFile.write(tensors, to: path, overwrite: false)
        let misfit = #expect(throws: CheckpointMisfit.self) { try self.networks(Checkpoint.open(path)) }
        #expect(misfit?.missing == [absent] && misfit?.misshapen.map(\.name) == [other])
        #expect(misfit?.unknown == ["spade_generator.surprise"])
    }

    /// Whatever is missing, nothing crashes, and a line says what.
    @Test func everySingleMissingTensorIsNamed() throws {
        let networks = try networks(original), path = folder.file("missing.safetensors")
        let tensors = networks.parameters.map { (name: $0.name, tensor: $0.value) }
        for (index, (name, _)) in tensors.enumerated() where index % 7 == 0 {
            try SafetensorsFile.write(tensors.filter { $0.name != name }, to: path, overwrite: true)
            let said = problem(try Checkpoint.open(path))
            #expect(said.contains(name) || said.contains(name.replacing("_orig", with: "")), "\(name): \(said)")
        }
    }

    @Test func graphsAreNoCheckpoints() throws {
        let graph = Data([8, 7, 0x12, 7]) + Data("pytorch".utf8) + Data([0x1a, 5]) + Data("1.9.0".utf8) + Data(count: 100)
        let path = folder.file("det_10g.onnx")
        try graph.write(to: URL(fileURLWithPath: path))
        let file = #expect(throws: FileError.self) { try ModelLocator.checkpoint(path) }
        #expect(file?.problem.contains("is an ONNX graph") == true, "\(file?.problem ?? "")")
        let all = #expect(throws: FileError.self) { try ModelLocator.checkpoint(folder.path) }
        #expect(all?.problem.contains("holds ONNX graphs (det_10g.onnx)") == true, "\(all?.problem ?? "")")
    }

    /// The published files' tensors, all of whose values are zero, which takes a file without contents.
    @Test func publishedSizesLoad() throws {
        var (header, count, place, file): ([String], Int, Int, String) = ([], 0, 0, "")
        let text = try String(contentsOfFile: Fixture.path("liveportrait/parameters.txt"), encoding: .utf8)
        for line in text.split(separator: "\n") {
            if line.hasPrefix("# ") {
                let words = line.dropFirst(2).split(separator: " "), name = words[0].split(separator: "/").last!.split(separator: ".")[0]
                file = "\(name)." + (words.count > 1 ? words[1] + "." : "")
                continue
            }
            let parts = line.split(separator: " ", maxSplits: 1), isNumber = parts[1] == "[]"
            let shape = parts[1].dropFirst().dropLast().split(separator: ",").map { Int($0.trimmingCharacters(in: .whitespaces))! }
            let bytes = isNumber ? 8 : 4 * shape.reduce(1, *)
            header.append(
                "\"\(file)\(parts[0])\": {\"dtype\": \"\(isNumber ? "I64" : "F32")\", \"shape\": \(shape), "
                    + "\"data_offsets\": [\(place), \(place + bytes)]}")
            place += bytes
            count += 1
        }
        #expect(count == 626)
        var beginning = Data("{\(header.joined(separator: ", "))}".utf8)
        beginning += Data(repeating: 32, count: -beginning.count & 63)
        let path = folder.file("published.safetensors")
        let length = withUnsafeBytes(of: UInt64(beginning.count).littleEndian) { Data($0) }
        try (length + beginning).write(to: URL(fileURLWithPath: path))
        let handle = try #require(FileHandle(forUpdatingAtPath: path))
        try handle.truncate(atOffset: UInt64(8 + beginning.count + place))
        try handle.close()
        let networks = try networks(Checkpoint.open(path))
        #expect(networks.configuration == .published)
        #expect(networks.configuration.inputSize == 256 && networks.configuration.outputSize == 512)
        let counts = Dictionary(uniqueKeysWithValues: networks.parameterCounts.map { ($0.file, $0.count) })
        let millions: [String: Double] = [
            "appearance_feature_extractor": 0.84, "motion_extractor": 28.1, "spade_generator": 55.4, "warping_module": 45.5,
            "stitching_retargeting_module": 0.23,
        ]
        for (file, expected) in millions {
            let found = Double(try #require(counts[file])) / 1e6
            #expect(abs(found - expected) < (expected < 1 ? 0.005 : 0.05), "\(file): \(found)")
        }
    }
}
