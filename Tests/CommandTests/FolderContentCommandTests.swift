import Foundation
import Testing
import TestSupport
import Training

/// What a folder holds is taken or named, by every command that reads folders, and names that are not UTF-8 are refused by name.
@Suite struct FolderContentCommandTests {
    private let folder: TemporaryFolder
    private let media: String

    init() throws {
        folder = try TemporaryFolder()
        media = folder.file("media")
        try FileManager.default.createDirectory(atPath: media, withIntermediateDirectories: false)
        try Samples.picture().write(to: media + "/1.png")
        try FileManager.default.copyItem(atPath: Fixture.path("media/still.avif"), toPath: media + "/2.avif")
        try Data("notes".utf8).write(to: URL(fileURLWithPath: media + "/notes.txt"))
        let bytes = Array("\(media)/caf".utf8CString.dropLast()) + [CChar(bitPattern: 0xe9)] + Array(".png".utf8CString)
        try #require(link(media + "/1.png", bytes) == 0)
    }

    @Test func prepareTakesWhatAnimateReads() throws {
        let run = try CommandRun.lia(["prepare", media, "-o", folder.file("d.safetensors"), "--size", "32", "--photos"])
        #expect(run.exitCode == 0, "\(run.errors)")
        #expect(try Dataset(path: folder.file("d.safetensors")).clips.map(\.name) == ["1", "2"])
        #expect(run.errors.contains("passed over: \(media)/notes.txt"), "\(run.errors)")
        #expect(run.errors.contains("caf\u{fffd}.png: its name is not UTF-8"), "\(run.errors)")
    }

    @Test func animateNamesWhatIsNoFrame() throws {
        let run = try CommandRun.lia([
            "animate", "-m", Fixture.path("reference/lia-tiny.pt"), "-s", media + "/1.png", "-d", media, "-o", folder.file("out.mp4"),
        ])
        #expect(run.exitCode == 0 && run.output.contains("2 frames"), "\(run.errors) \(run.output)")
        #expect(run.errors.contains("notes.txt") && run.errors.contains("caf\u{fffd}.png"), "\(run.errors)")
    }

    @Test func evaluateNamesWhatIsNoVideo() throws {
        try Samples.video(media + "/a.bin.mp4", frames: 3)
        try FileManager.default.moveItem(atPath: media + "/a.bin.mp4", toPath: media + "/a.bin")
        try Data().write(to: URL(fileURLWithPath: media + "/empty.mp4"))
        let run = try CommandRun.lia([
            "evaluate", "-m", Fixture.path("reference/lia-tiny.pt"), "--task", "reconstruction", "--data", media, "--size", "64",
            "--no-cache",
        ])
        #expect(run.exitCode == 0 && run.errors.contains("notes.txt"), "\(run.errors)")
        #expect(run.errors.contains("/empty.mp4: ") && run.errors.contains("it is left out"), "\(run.errors)")
    }

    @Test func anArgumentOfOtherBytesIsRefused() throws {
        let model = Fixture.path("reference/lia-tiny.pt")
        for line in [
            "-s \"$(printf 'caf\\351.png')\" -d '\(media)/1.png' -o out.png",
            "-s '\(media)/1.png' -d '\(media)/1.png' -o \"$(printf 'out\\351.png')\"",
        ] {
            let run = try CommandRun.lia(
                [], folder: folder.path, launcher: ["/bin/sh", "-c", "\"$0\" animate -m '\(model)' \(line)"])
            #expect(run.exitCode == 64 && run.errors.contains("its name is not UTF-8"), "\(run.exitCode) \(run.errors)")
            #expect(run.errors.split(separator: "\n").count == 1)
        }
        #expect(folder.names == ["media"])
    }
}
