import Checkpoints
import Files
import Foundation
import ModelLibrary
import TestSupport
import Tensors
import Testing

/// Networks that are published in several files: which belong together, and what is said where that is not clear.
struct CheckpointFolderTests {
    private let folder: TemporaryFolder
    private let parts = [["head", "body", "feet"]]

    init() throws { folder = try TemporaryFolder() }

    /// Writes files that hold one value each.
    private func write(_ files: String...) throws {
        for (index, file) in files.enumerated() {
            let path = folder.file(file)
            try FileManager.default.createDirectory(
                atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
            try SafetensorsFile.write([("weight", Tensor([Float(index)], [1]))], to: path, overwrite: false)
        }
    }

    private func values(_ folder: CheckpointFolder?) throws -> [String: Float] {
        let checkpoint = try #require(folder).open()
        return try Dictionary(uniqueKeysWithValues: checkpoint.entries.map { ($0.name, try checkpoint.tensor($0.name).values[0]) })
    }

    private func problem(_ body: () throws -> CheckpointFolder?) -> String {
        "\(#expect(throws: FileError.self) { try body() }?.problem ?? "")"
    }

    @Test func partsLieInTheFolderOrInFoldersInIt() throws {
        try write("base/head.safetensors", "base/body.safetensors", "more/feet.safetensors", "notes/other.safetensors")
        let whole = try CheckpointFolder(path: folder.path, parts: parts)
        #expect(try values(whole) == ["head.weight": 0, "body.weight": 1, "feet.weight": 2])
        // One of them stands for all.
        for file in ["base/head", "base/body", "more/feet"] {
            let beside = try CheckpointFolder(beside: folder.file(file + ".safetensors"), parts: parts)
            #expect(try values(beside) == ["head.weight": 0, "body.weight": 1, "feet.weight": 2], "\(file)")
        }
        // Without a list of parts all files are one network, and a file that is no part stands for itself.
        #expect(try values(CheckpointFolder(path: folder.path)).count == 4)
        #expect(try CheckpointFolder(beside: folder.file("notes/other.safetensors"), parts: parts) == nil)
        #expect(try CheckpointFolder(path: folder.file("absent"), parts: parts) == nil)
    }

    @Test func partsInTheFolderComeBeforeThoseOfAnotherModelInIt() throws {
        try write(
            "head.safetensors", "body.safetensors", "feet.safetensors", "animals/head.safetensors", "animals/body.safetensors",
            "animals/feet.safetensors")
        #expect(try values(CheckpointFolder(path: folder.path, parts: parts)) == ["head.weight": 0, "body.weight": 1, "feet.weight": 2])
        let animals = try CheckpointFolder(beside: folder.file("animals/body.safetensors"), parts: parts)
        #expect(try values(animals) == ["head.weight": 3, "body.weight": 4, "feet.weight": 5])
    }

    @Test func partsOfSeveralVersionsAreTold() throws {
        try write(
            "first/head.safetensors", "first/body.safetensors", "second/head.safetensors", "second/body.safetensors",
            "more/feet.safetensors")
        let said = problem { try CheckpointFolder(path: folder.path, parts: parts) }
        #expect(said.contains("first/head.safetensors and second/head.safetensors") && said.contains("name one of these files"), "\(said)")
        let second = try CheckpointFolder(beside: folder.file("second/head.safetensors"), parts: parts)
        #expect(try values(second) == ["head.weight": 2, "body.weight": 3, "feet.weight": 4])
        let unclear = problem { try CheckpointFolder(beside: folder.file("more/feet.safetensors"), parts: parts) }
        #expect(unclear.contains("../first/head.safetensors or ../second/head.safetensors"), "\(unclear)")
    }
}
