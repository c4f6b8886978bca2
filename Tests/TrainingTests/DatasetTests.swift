import Foundation
import Media
import Tensors
import Testing
import TestSupport
import Training

/// What is written is what is read, and what other programs read.
@Suite struct DatasetTests {
    let folder: TemporaryFolder
    let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder.file("data.safetensors")
    }

    @Test func aFileHoldsWhatWasPutIn() throws {
        try DataSample.write(path, size: 16, clips: [("a", 5), ("b", 1), ("a", 3)])
        let expected = (0..<9).flatMap { DataSample.picture($0, size: 16).pixels }

        let raw = try DataRawFile(path)
        #expect(raw.frames == expected)
        #expect(raw.tensor["dtype"] as? String == "U8" && raw.tensor["shape"] as? [Int] == [9, 16, 16, 3])
        #expect(raw.tensor["data_offsets"] as? [Int] == [0, 9 * 768] && (raw.headerLength + 8) % 4096 == 0)
        #expect(raw.metadata["lia_dataset"] == "1" && raw.header.count == 2)
        #expect(raw.clips.map { $0["first"] as? Int } == [0, 5, 6] && raw.clips.map { $0["count"] as? Int } == [5, 1, 3])
        #expect(raw.clips.map { $0["kind"] as? String } == ["video", "photo", "video"])
        #expect(raw.clips[0]["frames_per_second"] as? Double == 12.5 && raw.clips[0]["source"] as? String == "clip0.mp4")
        #expect(raw.clips.map { $0["identity"] as? String } == ["a", "b", "a"])

        let dataset = try Dataset(path: path)
        #expect(dataset.size == 16 && dataset.frameCount == 9 && dataset.frameBytes == 768)
        #expect(dataset.clips.map(\.frames) == [0..<5, 5..<6, 6..<9] && dataset.clips[2].name == "clip2")
        #expect(dataset.clips.map(\.framesPerSecond) == [12.5, 0, 12.5])
        for index in 0..<9 { #expect(dataset.picture(index) == DataSample.picture(index, size: 16)) }
        let read = (0..<9).flatMap { dataset.withFrame($0) { Array(UnsafeBufferPointer(start: $0, count: 768)) } }
        #expect(read == expected)
        // Nothing else is left beside it.
        #expect(folder.names == ["data.safetensors"])
    }

    @Test func namesOfAnyKindSurvive() throws {
        let names = ["Zoë/\"quoted\"\\", "東京/\u{1F600}", "tab\there", "a/b"]
        let writer = try DatasetWriter(path: path, size: 16)
        for name in names {
            writer.begin(name: name, identity: name + "!", source: name, kind: .photo)
            try writer.append(DataSample.picture(0, size: 16))
            writer.end()
        }
        try writer.finish()
        let clips = try Dataset(path: path).clips
        #expect(clips.map(\.name) == names && clips.map(\.identity) == names.map { $0 + "!" } && clips.map(\.source) == names)
        #expect(try DataRawFile(path).clips.map { $0["name"] as? String } == names)
    }

    /// More clips than the header's reserved room holds, so that the frames have to move.
    @Test func anyNumberOfClipsFits() throws {
        let count = 1500
        try DataSample.write(path, size: 16, clips: (0..<count).map { ("person \($0)", 1) })
        let raw = try DataRawFile(path)
        #expect(raw.headerLength > 1 << 16 && raw.clips.count == count)
        let dataset = try Dataset(path: path)
        #expect(dataset.clips.count == count && dataset.frameCount == count)
        for index in 0..<count where dataset.picture(index) != DataSample.picture(index, size: 16) {
            Issue.record("frame \(index) differs")
            break
        }
    }

    /// Frames of more than one piece of the move, which overlaps where it comes from.
    @Test func largeFramesMoveUnharmed() throws {
        let writer = try DatasetWriter(path: path, size: 1024)
        for number in 0..<2 {
            writer.begin(
                name: "\(number)" + String(repeating: "n", count: 40_000), identity: "i", source: "s", kind: .photo)
            try writer.append(DataSample.picture(number, size: 1024))
            writer.end()
        }
        try writer.finish()
        #expect(try DataRawFile(path).headerLength > 1 << 16)
        let dataset = try Dataset(path: path)
        for number in 0..<2 { #expect(dataset.picture(number) == DataSample.picture(number, size: 1024)) }
    }

    @Test func aClipTakenBackLeavesNothing() throws {
        let writer = try DatasetWriter(path: path, size: 16)
        func add(_ name: String, _ numbers: [Int]) throws {
            writer.begin(name: name, identity: name, source: name, kind: .video)
            for number in numbers { try writer.append(DataSample.picture(number, size: 16)) }
        }
        try add("whole", [1, 2])
        writer.end(framesPerSecond: 10)
        try add("gone", [3, 4, 5])
        #expect(writer.clipFrameCount == 3 && writer.frameCount == 5)
        writer.abandon()
        try add("gone", [6])
        writer.end(framesPerSecond: 10)
        try add("at the end", [7, 8, 9])
        writer.abandon()
        let (clips, bytes) = try writer.finish()
        let dataset = try Dataset(path: path)
        #expect(dataset.clips == clips && clips.map(\.name) == ["whole", "gone"] && dataset.frameCount == 3)
        #expect([0, 1, 2].map(dataset.picture) == [1, 2, 6].map { DataSample.picture($0, size: 16) })
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)).count == bytes)
    }

    @Test func withoutAnEndNothingIsLeft() throws {
        var writer: DatasetWriter? = try DatasetWriter(path: path, size: 16)
        writer?.begin(name: "a", identity: "a", source: "a", kind: .photo)
        try writer?.append(DataSample.picture(0, size: 16))
        #expect(folder.names.count == 1)
        writer = nil
        #expect(folder.names.isEmpty)
        try DataSample.write(path, clips: [("a", 1)])
        let before = try Data(contentsOf: URL(fileURLWithPath: path))
        #expect(DataSample.message { _ = try DatasetWriter(path: path, size: 16) }.contains("--overwrite"))
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
    }

    /// A frame's pointer is into the mapped file: nothing is copied, and reading works from several threads.
    @Test func framesAreReadWhereTheyLie() throws {
        try DataSample.write(path, size: 16, clips: [("a", 40)])
        let dataset = try Dataset(path: path)
        let first = dataset.withFrame(0) { UInt(bitPattern: $0) }
        #expect(dataset.withFrame(39) { UInt(bitPattern: $0) } == first + 39 * 768)
        nonisolated(unsafe) var wrong = [Int](repeating: 0, count: 40)
        wrong.withUnsafeMutableBufferPointer { wrong in
            let results = wrong.baseAddress!
            Parallel.forEach(40) { index in
                let expected = DataSample.picture(index, size: 16)
                if dataset.picture(index) != expected { results[index] = 1 }
            }
        }
        #expect(wrong.allSatisfy { $0 == 0 })
    }
}
