import Animation
import Files
import Foundation
import Media
import Tensors
import Testing
import TestSupport

/// Motion files: what is written comes back bit for bit, what others write is read, what is damaged is said.
@Suite struct MotionFileTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func file(_ text: String) throws -> String {
        let path = folder.file("motion.json")
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        return path
    }

    private func frames(_ path: String) throws -> [MotionFrame] {
        let reader = try MotionReader(path)
        var frames: [MotionFrame] = []
        while let frame = reader.next() { frames.append(frame) }
        #expect(frames.count == reader.frameCount)
        return frames
    }

    private static let header = MotionHeader(
        model: "a \"model\"", directions: 4, frameRate: Rational(30000, 1001), timeBase: Rational(1, 30000), width: 90, height: 70)

    @Test func everyBitComesBack() throws {
        let awkward: [Float] = [
            0.1, -0.0, .greatestFiniteMagnitude, -.leastNonzeroMagnitude, .leastNormalMagnitude, 1 / 3, 16_777_216, 1e-7, -2.5e10,
            .pi, 1.0000001, .leastNonzeroMagnitude * 60_000,
        ]
        let path = folder.file("out.json")
        let writer = try MotionWriter(path: path, header: Self.header)
        for frame in 0..<3 {
            try writer.write(
                MotionFrame(
                    magnitudes: Tensor(Array(awkward[4 * frame..<4 * frame + 4]), [1, 4]), time: Int64(frame * 1001), duration: 1001),
                code: Tensor([1, 2], [1, 2]))
        }
        // Whole or not at all.
        #expect(!FileManager.default.fileExists(atPath: path))
        try writer.finish()
        #expect(folder.names == ["out.json"])
        let reader = try MotionReader(path)
        let header = reader.header
        #expect(header.model == "a \"model\"" && header.directions == 4 && header.width == 90 && header.height == 70)
        #expect(header.frameRate == Rational(30000, 1001) && header.timeBase == Rational(1, 30000))
        let read = try frames(path)
        #expect(read.flatMap(\.magnitudes.values).map(\.bitPattern) == awkward.map(\.bitPattern))
        #expect(read.map(\.time) == [0, 1001, 2002] && read.allSatisfy { $0.duration == 1001 && $0.magnitudes.shape == [1, 4] })
        // Any JSON reader takes it.
        let json = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: path))) as? [String: Any]
        #expect((json?["frames"] as? [[String: Any]])?[1]["code"] as? [Double] == [1, 2])
    }

    @Test func valuesThatAreNoNumbersAreNotWritten() throws {
        let writer = try MotionWriter(path: folder.file("out.json"), header: Self.header)
        #expect(throws: FileError.self) {
            try writer.write(MotionFrame(magnitudes: Tensor([0, 1, .nan, 2], [1, 4]), time: 0, duration: 1))
        }
        #expect(throws: FileError.self) { try writer.finish() }
    }

    /// As other programs write: keys in any order, more of them, no times, a byte order mark.
    @Test func whatOthersWriteIsRead() throws {
        let minimal = try file(#"{"frames":[{"magnitudes":[1,-2e0]},{"magnitudes":[0.5,3]}],"format":"lia-motion"}"#)
        #expect(MotionReader.isMotion(minimal))
        let plain = try frames(minimal)
        #expect(plain.map(\.magnitudes.values) == [[1, -2], [0.5, 3]])
        // 25 frames a second, a tick each.
        #expect(plain.map(\.time) == [0, 1] && plain.map(\.duration) == [1, 1])
        #expect(try MotionReader(minimal).header.timeBase == Rational(1, 25))

        let other = try file(
            "\u{FEFF}\n" + #"""
                {"z": [[{"a": "\"]}\\"}], null, true], "frame_rate": 50, "time_base": "1/1000", "frames": [
                  {"note": "x", "magnitudes": [7], "time": 5},
                  {"magnitudes": [8]}, {"time": 100, "duration": 0, "magnitudes": [9]} ],
                 "model": "\u00e9 \n", "format_version": 1, "format": "lia-motion", "directions": 1 }
                """#)
        let reader = try MotionReader(other)
        #expect(reader.header.model == "é \n" && reader.header.frameRate == Rational(50, 1))
        #expect(try frames(other).map(\.time) == [5, 25, 100])
        #expect(try frames(other).map(\.duration) == [20, 20, 1])
    }

    @Test(arguments: [
        ("{", "ends too early"), ("{}", "no motion"), (#"{"format":"lia-motion"}"#, "no motion"),
        (#"{"format":"lia-motion","frames":[]}"#, "no frames"), (#"{"format":"else","frames":[]}"#, "no motion"),
        (#"{"format":"lia-motion","format_version":2,"frames":[]}"#, "format_version 1, found 2"),
        (#"{"format":"lia-motion","frames":[{"magnitudes":[1,2]}"#, "ends too early"),
        (#"{"format":"lia-motion","frames":[{"magnitudes":[1,2]},{"magnitudes":[1]}]}"#, "frame 2 has 1 magnitudes"),
        (#"{"format":"lia-motion","directions":3,"frames":[{"magnitudes":[1,2]}]}"#, "says 3 directions"),
        (#"{"format":"lia-motion","frames":[{"magnitudes":[1,NaN]}]}"#, "found 'N'"),
        (#"{"format":"lia-motion","frames":[{"magnitudes":[1,nan]}]}"#, "nan is no value"),
        (#"{"format":"lia-motion","frames":[{"magnitudes":[1,1e39]}]}"#, "1e39 is no finite number"),
        (#"{"format":"lia-motion","frames":[{"magnitudes":[1,-1e999]}]}"#, "no finite number"),
        (#"{"format":"lia-motion","frames":[{"magnitudes":[1,"2"]}]}"#, "expected a number"),
        (#"{"format":"lia-motion","frames":[{"magnitudes":[1 2]}]}"#, "expected ','"),
        (#"{"format":"lia-motion","frames":[{"magnitudes":[]}]}"#, "frame 1 has no magnitudes"),
        (#"{"format":"lia-motion","frames":[{"time":0}]}"#, "frame 1 has no magnitudes"),
        (#"{"format":"lia-motion","frames":[{"time":3,"magnitudes":[1]},{"time":3,"magnitudes":[1]}]}"#, "not after"),
        (#"{"format":"lia-motion","frames":[{"time":1.5,"magnitudes":[1]}]}"#, "whole number"),
        (#"{"format":"lia-motion","frames":[{"time":99999999999999999,"magnitudes":[1]}]}"#, "out of range"),
        (#"{"format":"lia-motion","frames":[{"magnitudes":[1]}],"frame_rate":"25/0"}"#, "frame_rate is no fraction"),
        (#"{"format":"lia-motion","frames":[{"magnitudes":[1]}],"frame_rate":0}"#, "frame_rate is no fraction"),
        (#"{"format":"lia-motion","frames":[{"magnitudes":[1]}],"frame_rate":"1/2000"}"#, "frame_rate is no fraction"),
        (#"{"format":"lia-motion","frames":[{"magnitudes":[1]}],"time_base":"2147483647"}"#, "time_base is no fraction"),
        (#"{"format":"lia-motion","frames":[{"magnitudes":[1],"duration":251000000}]}"#, "out of range"),
        (#"{"format":"lia-motion","frames":[{"magnitudes":[1]}]} x"#, "end of the file"),
        (#"{"format":"lia-motion","frames":{"magnitudes":[1]}}"#, "expected '['"),
        (#"{"format":7,"frames":[]}"#, "expected a text"),
        (String(repeating: "{\"a\":", count: 100), "64 brackets"),
    ])
    func damagedFilesAreSaid(_ text: String, _ words: String) throws {
        let path = try file(text)
        let error = #expect(throws: FileError.self) { try MotionReader(path) }
        #expect(error?.side == .input && error?.path == path)
        #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
    }

    /// Every prefix of a good file is refused, and none crashes.
    @Test func everyCutIsFound() throws {
        let whole = #"{"format":"lia-motion","model":"é\"","frame_rate":"25","frames":[{"time":0,"magnitudes":[1,-2.5e-3]}]}"#
        #expect(try frames(file(whole)).count == 1)
        for length in 1..<whole.utf8.count {
            let path = folder.file("cut.json")
            try Data(whole.utf8.prefix(length)).write(to: URL(fileURLWithPath: path))
            #expect(throws: FileError.self, "\(length)") { try MotionReader(path) }
        }
    }

    @Test func otherFilesAreNoMotion() throws {
        let picture = folder.file("picture.png")
        try Samples.picture().write(to: picture)
        for path in [picture, folder.path, folder.file("absent")] { #expect(!MotionReader.isMotion(path), "\(path)") }
        for text in ["", "[1]", "text"] { #expect(!MotionReader.isMotion(try file(text)), "\(text)") }
    }
}
