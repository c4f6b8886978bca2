import Foundation
import Media
import TestSupport
import Testing

/// `-`: standard input and standard output in the place of files.
@Suite struct PipeTests {
    private static let model = ["--model", Fixture.path("reference/lia-tiny.pt"), "--threads", "1"]
    private let picture = Fixture.path("media/rgb.png")
    private let video = Fixture.path("media/sound.mp4")

    /// Runs a command whose input and output a shell sets up; `$0` and `$@` are the program and its arguments.
    private func run(_ shell: String, _ arguments: [String]) throws -> CommandRun {
        try CommandRun.lia(arguments + Self.model, launcher: ["/bin/sh", "-c", shell])
    }

    /// The same frames, times and sound as through files.
    @Test(arguments: ["mp4", "mov", "mkv", "webm", "gif"]) func videosGoThroughPipes(format: String) throws {
        let folder = try TemporaryFolder()
        let (plain, piped) = (folder.file("plain.\(format)"), folder.file("piped.\(format)"))
        let arguments = ["--source", picture, "--frames", "1..6", "--crop", "centre"]
        let first = try CommandRun.lia(["animate"] + arguments + ["--driving", video, "--output", plain] + Self.model)
        #expect(first.exitCode == 0, "\(first.errors)")
        let second = try run(
            "cat '\(video)' | \"$0\" \"$@\" | cat > '\(piped)'",
            ["animate"] + arguments + ["--driving", "-", "--format", format, "-o", "-"])
        #expect(second.exitCode == 0 && second.output.isEmpty, "\(second.errors)")
        #expect(second.errors.hasPrefix("standard output: 6 frames, 64×64"), "\(second.errors)")
        let (expected, found) = (try Samples.frames(plain), try Samples.frames(piped))
        #expect(expected.count == 6 && found.map(\.picture) == expected.map(\.picture))
        let (one, other) = (try FrameReader(plain), try FrameReader(piped))
        let tolerance = 0.0011
        for (a, b) in zip(expected, found) {
            #expect(abs(Double(a.time) * one.timeBase.value - Double(b.time) * other.timeBase.value) < tolerance)
        }
        #expect(one.hasAudio == other.hasAudio)
        #expect(folder.names.sorted() == ["piped.\(format)", "plain.\(format)"])
    }

    @Test func picturesAndMotionsGoThroughPipes() throws {
        let folder = try TemporaryFolder()
        let motion = try run(
            "\"$0\" \"$@\" < '\(video)' > '\(folder.file("a.json"))'", ["encode", "-", "--format", "json", "-o", "-", "-q"])
        #expect(motion.exitCode == 0 && motion.errors.isEmpty, "\(motion.errors)")
        let picture = try run(
            "cat '\(folder.file("a.json"))' | \"$0\" \"$@\" > '\(folder.file("a.png"))'",
            ["animate", "-s", picture, "-d", "-", "--frames", "3..3", "--crop", "centre", "--format", "png", "-o", "-"])
        #expect(picture.exitCode == 0, "\(picture.errors)")
        #expect(try Picture.read(folder.file("a.png")).width == 64)
    }

    /// One line, which says where, and nothing of the paths that stand for the streams.
    @Test func whatIsWrongIsSaid() throws {
        let source = ["animate", "-s", "-", "-d", video, "--output", "out.mp4"]
        for (shell, words, code) in [
            ("echo hello | \"$0\" \"$@\"", "lia: standard input: expected a picture or video, found a text file", 65),
            ("\"$0\" \"$@\" < /dev/null", "lia: standard input: expected a picture or video, found a", 65),
        ] {
            let run = try run(shell, source)
            #expect(run.exitCode == Int32(code) && run.errors.hasPrefix(words), "\(run.errors)")
            #expect(run.errors.split(separator: "\n").count == 1 && !run.errors.contains("/dev/fd"))
        }
        let whole = ["animate", "-s", picture, "-d", video, "--frames", "1..2", "--crop", "centre", "--format"]
        for format in ["mp4", "gif"] {
            let full = try run("\"$0\" \"$@\" > /dev/full", whole + [format, "-o", "-"])
            #expect(full.exitCode == 74 && full.errors == "lia: standard output: the disk is full; nothing was written\n", "\(full.errors)")
        }
        for (arguments, words) in [
            (["animate", "-s", picture, "-d", video, "-o", "-"], "wants --format"),
            (["animate", "-s", picture, "-d", video, "-o", "a.mp4", "--format", "gif"], "goes with --output -"),
            (["animate", "-s", picture, "-d", video, "-o", "-", "--format", "doc"], "found doc"),
            (["animate", "-s", "-", "-d", "-", "-o", "a.mp4"], "only one input"),
        ] {
            let run = try run("\"$0\" \"$@\"", arguments)
            #expect(run.exitCode == 64 && run.errors.contains(words), "\(run.errors)")
        }
    }
}
