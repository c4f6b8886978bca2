import Foundation
import Media
import Testing
import TestSupport

/// `lia prepare` as users run it.
@Suite struct PrepareTests {
    let folder: TemporaryFolder
    let media: String

    init() throws {
        folder = try TemporaryFolder()
        media = folder.file("media")
        for name in ["media", "media/anna"] {
            try FileManager.default.createDirectory(atPath: folder.file(name), withIntermediateDirectories: true)
        }
        try Samples.video(folder.file("media/anna/talk.mp4"), frames: 20)
        try Samples.video(folder.file("media/wave.gif"), frames: 10)
        try Samples.picture(width: 90, height: 70).write(to: folder.file("media/anna/photo.jpg"))
        try Data("notes".utf8).write(to: URL(fileURLWithPath: folder.file("media/notes.txt")))
    }

    private func prepare(_ more: [String] = [], output: String = "data.safetensors", launcher: [String] = []) throws -> CommandRun {
        try CommandRun.lia(["prepare", media, "--output", folder.file(output)] + more, launcher: launcher)
    }

    /// The index and the number of bytes of frames, as any reader of safetensors finds them.
    private func contents(_ output: String = "data.safetensors") throws -> (clips: [[String: Any]], shape: [Int], bytes: Int) {
        let data = try Data(contentsOf: URL(fileURLWithPath: folder.file(output)))
        let length = (0..<8).reduce(0) { $0 | Int(data[$1]) << (8 * $1) }
        let header = try JSONSerialization.jsonObject(with: data[8..<8 + length]) as? [String: Any]
        let metadata = try #require(header?["__metadata__"] as? [String: String])
        let frames = try #require(header?["frames"] as? [String: Any])
        let clips = try JSONSerialization.jsonObject(with: Data(try #require(metadata["index"]).utf8))
        return (clips as? [[String: Any]] ?? [], frames["shape"] as? [Int] ?? [], data.count - 8 - length)
    }

    @Test func aFolderBecomesADataSet() throws {
        let run = try prepare(["--size", "64"])
        #expect(run.exitCode == 0 && run.errors == "lia: passed over: \(media)/notes.txt: no picture or video\n", "\(run.errors)")
        #expect(run.output.split(separator: "\n").count == 1)
        for words in ["2 clips, 1 photo, 2 identities", "frames of 64×64", "1 other file passed over"] {
            #expect(run.output.contains(words), "\(run.output)")
        }
        let (clips, shape, bytes) = try contents()
        #expect(clips.map { $0["name"] as? String } == ["anna/photo", "anna/talk", "wave"])
        #expect(clips.map { $0["identity"] as? String } == ["anna", "anna", "wave"])
        #expect(clips.map { $0["count"] as? Int } == [1, 10, 5], "12.5 of 25 frames a second")
        #expect(shape == [16, 64, 64, 3] && bytes == 16 * 64 * 64 * 3)
        // The command gives the same file again.
        let first = try Data(contentsOf: URL(fileURLWithPath: folder.file("data.safetensors")))
        #expect(try prepare(["--size", "64"], output: "again.safetensors").exitCode == 0)
        #expect(try Data(contentsOf: URL(fileURLWithPath: folder.file("again.safetensors"))) == first)
    }

    /// Three numbered pictures are a clip, and with --photos three photos.
    @Test func photosTakesEveryPictureAlone() throws {
        for number in 1...3 {
            try Samples.picture(width: 70, height: 70, shift: Double(number) / 50).write(to: folder.file("media/anna/n\(number).png"))
        }
        #expect(try prepare().output.contains("3 clips, 1 photo, "))
        #expect(try contents().clips.map { $0["name"] as? String } == ["anna", "anna/photo", "anna/talk", "wave"])
        let run = try prepare(["--photos"], output: "photos.safetensors")
        #expect(run.exitCode == 0 && run.output.contains("2 clips, 4 photos, "), "\(run.output)")
        let clips = try contents("photos.safetensors").clips
        #expect(clips.map { $0["name"] as? String } == ["anna/n1", "anna/n2", "anna/n3", "anna/photo", "anna/talk", "wave"])
        #expect(clips.map { $0["kind"] as? String } == ["photo", "photo", "photo", "photo", "video", "video"])
        #expect(clips.map { $0["count"] as? Int } == [1, 1, 1, 1, 10, 5])
    }

    @Test func theSummaryIsMachineReadable() throws {
        try Data("damaged".utf8).write(to: URL(fileURLWithPath: folder.file("media/bad.mp4")))
        let run = try prepare(["--json", "--quiet", "--frames-per-second", "5", "--max-frames-per-clip", "3"])
        #expect(run.exitCode == 0 && run.errors.isEmpty, "\(run.errors)")
        let report = try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
        #expect(
            Set(report.keys) == [
                "bytes", "clips", "frames", "identities", "output", "passed_over", "passed_over_files", "photos", "schema", "seconds",
                "size", "skipped", "warnings",
            ])
        #expect(report["clips"] as? Int == 2 && report["photos"] as? Int == 1 && report["size"] as? Int == 128)
        #expect(report["frames"] as? Int == 1 + 3 + 2 && report["passed_over"] as? Int == 1)
        let size = try Data(contentsOf: URL(fileURLWithPath: folder.file("data.safetensors"))).count
        #expect(report["bytes"] as? Int == size)
        let skipped = try #require(report["skipped"] as? [[String: String]])
        #expect(skipped.count == 1 && skipped[0]["file"] == media + "/bad.mp4" && skipped[0]["reason"]?.isEmpty == false)
    }

    @Test func damagedFilesHaveALineEach() throws {
        try Data("damaged".utf8).write(to: URL(fileURLWithPath: folder.file("media/bad\nname.mp4")))
        try Data().write(to: URL(fileURLWithPath: folder.file("media/anna/empty.png")))
        let run = try prepare(["--min-frames", "6"])
        #expect(run.exitCode == 0 && run.output.contains("1 clip, 1 photo") && run.output.contains("3 skipped"), "\(run.output)")
        let lines = Array(run.errors.split(separator: "\n").drop { $0.contains("passed over") })
        #expect(lines.count == 3 && lines.allSatisfy { $0.hasPrefix("lia: skipped: \(media)/") }, "\(run.errors)")
        #expect(lines[0].contains("empty.png: ") && lines[1].contains("bad\\u{a}name.mp4: ") && lines[2].contains("wave.gif: has 5 frames"))
    }

    @Test func whatCannotBeDoneIsOneLine() throws {
        func expectFailure(_ code: Int32, _ words: [String], _ run: CommandRun, location: SourceLocation = #_sourceLocation) {
            #expect(run.exitCode == code && !run.wasKilled, "\(run.exitCode): \(run.errors)", sourceLocation: location)
            // What a folder holds besides is named before anything fails.
            let lines = run.errors.split(separator: "\n").filter { !$0.contains("passed over") }
            if code != 64 { #expect(lines.count == 1, "\(run.errors)", sourceLocation: location) }
            for word in words { #expect(run.errors.contains(word), "\(word) is not in: \(run.errors)", sourceLocation: location) }
            #expect(folder.names == ["empty", "media"], "left behind: \(folder.names)", sourceLocation: location)
        }
        let empty = folder.file("empty"), output = folder.file("data.safetensors")
        try FileManager.default.createDirectory(atPath: empty, withIntermediateDirectories: true)
        expectFailure(65, ["empty: ", "holds no videos"], try CommandRun.lia(["prepare", empty, "-o", output]))
        expectFailure(65, ["no such folder"], try CommandRun.lia(["prepare", folder.file("absent"), "-o", output]))
        expectFailure(65, ["found a file"], try CommandRun.lia(["prepare", media + "/wave.gif", "-o", output]))
        expectFailure(74, ["folder does not exist"], try prepare(output: "absent/data.safetensors"))
        expectFailure(74, ["a folder stands there"], try prepare(output: "empty"))
        expectFailure(64, ["power of two"], try prepare(["--size", "100"]))
        expectFailure(64, ["power of two"], try prepare(["--size", "16"]))
        expectFailure(64, ["--frames-per-second"], try prepare(["--frames-per-second", "0"]))
        expectFailure(64, ["--frames-per-second"], try prepare(["--frames-per-second", "nan"]))
        expectFailure(64, ["--min-frames"], try prepare(["--min-frames", "0"]))
        expectFailure(64, ["--max-frames-per-clip"], try prepare(["--max-frames-per-clip", "4", "--min-frames", "5"]))
        // No file may have more than 100 kB, as on a full disk.
        let small = ["/bin/bash", "-c", "ulimit -f 100; exec \"$@\"", "bash"]
        expectFailure(74, ["nothing was written"], try prepare(launcher: small))
    }

    @Test func anExistingDataSetIsKeptUnlessToldOtherwise() throws {
        let path = folder.file("data.safetensors")
        try Data("mine".utf8).write(to: URL(fileURLWithPath: path))
        let run = try prepare()
        #expect(run.exitCode == 74 && run.errors.contains("--overwrite"))
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data("mine".utf8))
        #expect(try prepare(["--overwrite", "--quiet"]).exitCode == 0)
        #expect(try contents().shape == [16, 128, 128, 3])
    }

    @Test func interruptedItLeavesNothing() throws {
        for number in 0..<12 { try Samples.video(folder.file("media/long\(number).mp4"), frames: 100, size: 128) }
        let arguments = ["prepare", media, "--size", "512", "--output", folder.file("data.safetensors")]
        let run = try CommandRun.lia(arguments) { folder.names.contains { $0.contains("partial") } }
        #expect(run.exitCode == 130 && !run.wasKilled, "\(run.exitCode): \(run.errors) \(run.output)")
        #expect(folder.names == ["media"], "\(folder.names)")
    }

    @Test func helpShowsExamplesAndDefaults() throws {
        let run = try CommandRun.lia(["prepare", "--help"])
        #expect(run.exitCode == 0)
        for words in ["EXAMPLES", "--output faces.safetensors", "12.5)", "default: 128", "default: crop"] {
            #expect(run.output.contains(words), "\(words) is not in the help")
        }
        #expect(run.output.components(separatedBy: "lia prepare videos").count == 3, "two examples")
        #expect(try CommandRun.lia(["--help"]).output.contains("prepare"))
    }
}
