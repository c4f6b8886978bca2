import Foundation
import Tensors
import Testing
import TestSupport
import Training

/// Files that are not what they should be: one line that says what is wrong, never a crash.
@Suite struct DatasetRefusalTests {
    let folder: TemporaryFolder
    let good: String

    init() throws {
        folder = try TemporaryFolder()
        good = folder.file("good.safetensors")
        try DataSample.write(good, size: 16, clips: [("a", 5), ("b", 1), ("a", 3)])
    }

    private func expectRefusal(
        _ words: [String], _ path: String, location: SourceLocation = #_sourceLocation
    ) {
        let message = DataSample.message { _ = try Dataset(path: path) }
        #expect(message.hasPrefix(path + ": ") && !message.contains("\n"), "\(message)", sourceLocation: location)
        for word in words { #expect(message.contains(word), "\(word) is not in: \(message)", sourceLocation: location) }
    }

    private func expectRefusal(
        _ words: [String], location: SourceLocation = #_sourceLocation, _ change: (inout DataRawFile) -> Void
    ) throws {
        var raw = try DataRawFile(good)
        change(&raw)
        let path = folder.file("changed.safetensors")
        try raw.write(path)
        expectRefusal(words, path, location: location)
    }

    @Test func theUnchangedFileIsAccepted() throws {
        let path = folder.file("copied.safetensors")
        try DataRawFile(good).write(path)
        #expect(try Dataset(path: path).clips == Dataset(path: good).clips)
    }

    @Test func cutAnywhere() throws {
        let bytes = try Data(contentsOf: URL(fileURLWithPath: good))
        let start = try DataRawFile(good).headerLength + 8
        for length in [0, 1, 7, 8, 9, 100, 900, start - 1, start, start + 1, bytes.count - 768, bytes.count - 1] {
            let path = folder.file("cut.safetensors")
            try bytes.prefix(length).write(to: URL(fileURLWithPath: path))
            expectRefusal([], path)
        }
        let path = folder.file("long.safetensors")
        try (bytes + [0]).write(to: URL(fileURLWithPath: path))
        expectRefusal(["after its last tensor"], path)
    }

    @Test func otherFiles() throws {
        expectRefusal(["no such file"], folder.file("absent"))
        expectRefusal(["folder"], folder.path)
        expectRefusal(["lia prepare"], Fixture.path("checkpoints/types.safetensors"))
        expectRefusal(["lia prepare"], Fixture.path("reference/lia-tiny.pt"))
        try expectRefusal(["version '2'", "expected 1"]) { $0.metadata["lia_dataset"] = "2" }
        try expectRefusal(["lia prepare"]) { $0.metadata["lia_dataset"] = nil }
    }

    @Test func wrongFrames() throws {
        let bytes = 9 * 768
        try expectRefusal(["uint8", "int8"]) { $0.tensor["dtype"] = "I8" }
        try expectRefusal(["uint8", "float16"]) { $0.tensor = ["dtype": "F16", "shape": [9, 16, 8, 3], "data_offsets": [0, bytes]] }
        try expectRefusal(["square", "[9, 8, 32, 3]"]) { $0.tensor["shape"] = [9, 8, 32, 3] }
        try expectRefusal(["square"]) { $0.tensor["shape"] = [9, 3, 16, 16] }
        try expectRefusal(["square"]) { $0.tensor["shape"] = [9, 768] }
        try expectRefusal(["bytes"]) { $0.tensor["shape"] = [8, 16, 16, 3] }
        try expectRefusal(["frames"]) {
            $0.header["other"] = $0.tensor; $0.header["frames"] = nil
        }
        try expectRefusal(["2 tensors"]) {
            $0.header["other"] = ["dtype": "U8", "shape": [1], "data_offsets": [bytes, bytes + 1]]
            $0.frames.append(0)
        }
        // No frames at all, with an index that agrees.
        try expectRefusal(["square"]) {
            $0.tensor = ["dtype": "U8", "shape": [0, 16, 16, 3], "data_offsets": [0, 0]]
            ($0.frames, $0.clips) = ([], [])
        }
        // One pixel a side: every later loop relies on two.
        try expectRefusal(["square"]) { $0.tensor["shape"] = [2304, 1, 1, 3] }
    }

    @Test func wrongIndex() throws {
        try expectRefusal(["index"]) { $0.metadata["index"] = nil }
        try expectRefusal(["index", "JSON"]) { $0.metadata["index"] = "[{" }
        try expectRefusal(["index"]) { $0.metadata["index"] = "{}" }
        try expectRefusal(["no 'identity'"]) { $0.clips[1]["identity"] = nil }
        try expectRefusal(["unexpected 'kind'"]) { $0.clips[1]["kind"] = "painting" }
        try expectRefusal(["unexpected 'count'"]) { $0.clips[1]["count"] = "one" }
        try expectRefusal(["index", "cannot be read"]) { $0.clips[1]["first"] = 5.5 }
        // A gap, an overlap, another order.
        try expectRefusal(["clip 1 ('clip1') begins at frame 6, expected 5"]) { $0.clips[1]["first"] = 6 }
        try expectRefusal(["begins at frame 4, expected 5"]) { $0.clips[1]["first"] = 4 }
        try expectRefusal(["begins at frame -1"]) { $0.clips[0]["first"] = -1 }
        try expectRefusal(["begins at frame 5, expected 0"]) { $0.clips.swapAt(0, 1) }
        // Too many, none, too few.
        try expectRefusal(["clip 2 ('clip2') has 4 frames, 3 are left"]) { $0.clips[2]["count"] = 4 }
        try expectRefusal(["has 9223372036854775807 frames"]) { $0.clips[2]["count"] = Int.max }
        try expectRefusal(["has 0 frames"]) { $0.clips[2]["count"] = 0 }
        try expectRefusal(["have 8 frames, the file has 9"]) { $0.clips[2]["count"] = 2 }
        try expectRefusal(["have 6 frames, the file has 9"]) { $0.clips.removeLast() }
        try expectRefusal(["photo of 3 frames"]) { $0.clips[2]["kind"] = "photo" }
        try expectRefusal(["has the name of another"]) { $0.clips[2]["name"] = "clip0" }
        try expectRefusal(["empty name or identity"]) { $0.clips[2]["identity"] = "" }
        try expectRefusal(["-1.0 frames a second"]) { $0.clips[2]["frames_per_second"] = -1 }
        try expectRefusal(["line"]) {
            $0.clips[2]["name"] = "line\nbreak"; $0.clips[2]["count"] = 0
        }
    }

    /// Damage at random places of the header: refused in one line, or harmless.
    @Test func randomDamageNeverCrashes() throws {
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: good)))
        let text = bytes.firstIndex(of: 0x20)!
        var random = RandomSource(seed: 5)
        var refused = 0
        for _ in 0..<400 {
            var changed = bytes
            for _ in 0...Int(random.next() % 3) {
                changed[Int(random.next() % UInt64(text))] = UInt8(truncatingIfNeeded: random.next())
            }
            let path = folder.file("damaged.safetensors")
            try Data(changed).write(to: URL(fileURLWithPath: path))
            let message = DataSample.message { _ = try Dataset(path: path) }
            #expect(!message.contains("\n") && !message.hasPrefix("another"), "\(message)")
            if message != "no error" { refused += 1 }
        }
        #expect(refused > 200, "only \(refused) of 400 were refused")
    }
}
