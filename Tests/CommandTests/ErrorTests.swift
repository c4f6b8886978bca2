import Checkpoints
import Foundation
import Media
import Tensors
import Testing
import TestSupport

/// Bad input and bad places: one clear line, the right exit code, nothing left behind.
@Suite struct ErrorTests {
    static let model = Fixture.path("reference/lia-tiny.pt")
    let folder, results: TemporaryFolder
    let source, driving: String

    init() throws {
        folder = try TemporaryFolder()
        results = try TemporaryFolder()
        source = folder.file("source.png")
        driving = folder.file("driving.mp4")
        try Samples.picture().write(to: source)
        try Samples.video(driving, frames: 6)
    }

    /// Runs `animate` with changes to a command line that works, and expects it to fail in one line that says all of `words`.
    private func expectFailure(
        _ code: Int32, _ words: [String], source: String? = nil, driving: String? = nil, model: String? = nil,
        output: String = "out.mp4", _ more: [String] = [], launcher: [String] = [],
        location: SourceLocation = #_sourceLocation
    ) throws {
        let before = results.names
        let run = try CommandRun.lia(
            [
                "animate", "-m", model ?? Self.model, "-s", source ?? self.source, "-d", driving ?? self.driving, "-o",
                output.hasPrefix("/") ? output : results.file(output) + (output.hasSuffix("/") ? "/" : ""),
            ] + more, launcher: launcher)
        #expect(run.exitCode == code && !run.wasKilled, "exit code \(run.exitCode): \(run.errors)", sourceLocation: location)
        let lines = run.errors.split(separator: "\n")
        #expect(lines.count == 1 && run.errors.hasPrefix("lia: "), "\(run.errors)", sourceLocation: location)
        for word in words { #expect(run.errors.contains(word), "\(word) is not in: \(run.errors)", sourceLocation: location) }
        #expect(results.names == before, "left behind: \(results.names)", sourceLocation: location)
    }

    private func file(_ name: String, _ bytes: some Sequence<UInt8>) throws -> String {
        let path = folder.file(name)
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        return path
    }

    private func bytes(_ path: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(fileURLWithPath: path))) }

    // MARK: Pictures and videos

    @Test func missingEmptyAndLyingInputs() throws {
        try expectFailure(65, ["absent.png", "no such file"], source: folder.file("absent.png"))
        try expectFailure(65, ["absent.mp4", "no such file"], driving: folder.file("absent.mp4"))
        let empty = try file("empty.png", [])
        try expectFailure(65, ["empty.png", "empty"], source: empty)
        try expectFailure(65, ["empty.png", "empty"], driving: empty)
        let text = try file("text.mp4", "this is no video, it only says so\n".utf8)
        try expectFailure(65, ["text.mp4"], driving: text)
        try expectFailure(65, ["text.mp4"], source: text)
        // A checkpoint is no picture, and a picture no checkpoint.
        try expectFailure(65, ["lia-tiny.pt"], source: Self.model)
        try expectFailure(65, ["source.png"], model: source)
    }

    /// What is not known is answered with what was meant, before what is missing.
    @Test(arguments: [
        (["animat"], "lia: there is no command animat; did you mean animate?"),
        (["frobnicate"], "lia: there is no command frobnicate; 'lia --help' lists them"),
        (["help", "animat"], "lia: there is no command animat; did you mean animate?"),
        (["animate", "--sorce", "a.png"], "lia: animate has no option --sorce; did you mean --source?"),
        (["explore", "--directons=3"], "lia: explore has no option --directons; did you mean --directions?"),
        (["explore", "label", "--automatc"], "lia: explore label has no option --automatc; did you mean --automatic?"),
        (["animate", "-Z", "--driving", "a.mp4"], "lia: animate has no option -Z; 'lia animate --help' lists them"),
        (["edit", "--xyzzy"], "lia: edit has no option --xyzzy; 'lia edit --help' lists them"),
        (["--versoin"], "lia: the program has no option --versoin; did you mean --version?"),
    ]) func misspeltWords(_ words: [String], _ line: String) throws {
        let run = try CommandRun.lia(words)
        #expect(run.exitCode == 64 && run.errors == line + "\n" && run.output.isEmpty)
    }

    @Test func misspeltModels() throws {
        try expectFailure(65, ["portrat: no such model", "did you mean portrait?"], model: "portrat")
    }

    @Test func truncatedInputs() throws {
        let picture = try bytes(source), video = try bytes(driving)
        try expectFailure(65, ["cut.png"], source: try file("cut.png", picture.prefix(picture.count / 2)))
        try expectFailure(65, ["cut.mp4"], driving: try file("cut.mp4", video.prefix(200)))
    }

    @Test func soundWithoutPictures() throws {
        // A second of silence as 8-bit WAV.
        var wav = [UInt8]("RIFF".utf8)
        func number(_ value: UInt32, _ count: Int) { for shift in 0..<count { wav.append(UInt8(value >> (8 * shift) & 255)) } }
        number(36 + 8000, 4)
        wav += "WAVEfmt ".utf8
        number(16, 4); number(1, 2); number(1, 2); number(8000, 4); number(8000, 4); number(1, 2); number(8, 2)
        wav += "data".utf8
        number(8000, 4)
        wav += [UInt8](repeating: 128, count: 8000)
        try expectFailure(65, ["sound.wav", "sound"], driving: try file("sound.wav", wav))
    }

    @Test func hugeAndTinyPictures() throws {
        // Only the header is needed to refuse it.
        let huge = try file("huge.png", PNGHeader.bytes(width: 30_000, height: 30_000))
        try expectFailure(65, ["huge.png", "30000"], source: huge)
        try expectFailure(65, ["huge.png", "30000"], driving: huge)
        let tiny = folder.file("tiny.bmp")
        var bmp: [UInt8] = Array("BM".utf8) + [58, 0, 0, 0, 0, 0, 0, 0, 54, 0, 0, 0, 40, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0]
        bmp += [1, 0, 24, 0] + [UInt8](repeating: 0, count: 24) + [10, 20, 30, 0]
        try Data(bmp).write(to: URL(fileURLWithPath: tiny))
        try expectFailure(65, ["tiny.bmp", "1x1"], source: tiny)
    }

    @Test func framesThatDoNotExist() throws {
        try expectFailure(65, ["driving.mp4", "6 frames"], ["--frames", "7..9"])
        try expectFailure(65, ["driving.mp4", "no frame 50", "6 frames"], ["--reference", "50"])
        let emptyFolder = folder.file("no-pictures")
        try FileManager.default.createDirectory(atPath: emptyFolder, withIntermediateDirectories: false)
        try expectFailure(65, ["no-pictures"], driving: emptyFolder)
    }

    // MARK: Models

    @Test func modelsThatDoNotExist() throws {
        try expectFailure(65, ["nonesuch", "portrait"], model: "nonesuch")
        try expectFailure(65, ["absent.pt"], model: folder.file("absent.pt"))
        try expectFailure(65, ["model.json"], model: folder.path)
    }

    @Test func checkpointsThatDoNotFit() throws {
        let original = try Checkpoint.open(Self.model)
        var tensors = try original.entries.map { (name: $0.name, tensor: try original.tensor($0.name)) }
        tensors.removeAll { $0.name == "gen.enc.fc.3.weight" || $0.name == "gen.dec.to_flows.2.bias" }
        tensors.append(("gen.extra", Tensor(zeros: [2])))
        let index = tensors.firstIndex { $0.name == "gen.dec.conv1.conv.weight" }!
        tensors[index].tensor = Tensor(zeros: [1, 32, 32, 3, 2])
        let finite = tensors.firstIndex { $0.name == "gen.enc.fc.0.weight" }!
        tensors[finite].tensor = Tensor(repeating: .nan, [64, 64])
        let path = folder.file("unfit.safetensors")
        try SafetensorsFile.write(tensors, as: .float32, metadata: [:], to: path, overwrite: false)
        try expectFailure(
            65,
            [
                "unfit.safetensors", "2 missing: enc.fc.3.weight, dec.to_flows.2.bias", "1 unknown: extra",
                "dec.conv1.conv.weight (expected 1×32×32×3×3, found 1×32×32×3×2)",
                "1 with NaN or infinite values: enc.fc.0.weight",
            ], model: path)
    }

    /// A few small tensors that speak of 16,384 channels, with gigabytes missing: said, not allocated.
    @Test func aCheckpointThatLacksMoreThanMemoryHolds() throws {
        let wide = 16384
        var tensors = [("enc.net_app.convs.0.1.bias", Tensor(zeros: [1, wide, 1, 1]))]
        for block in 1...4 { tensors.append(("enc.net_app.convs.\(block).conv2.2.bias", Tensor(zeros: [1, wide, 1, 1]))) }
        tensors += [("enc.fc.0.bias", Tensor(zeros: [wide])), ("enc.fc.4.bias", Tensor(zeros: [20]))]
        let path = folder.file("wide.safetensors")
        try SafetensorsFile.write(
            tensors.map { (name: $0.0, tensor: $0.1) }, as: .float32, metadata: [:], to: path, overwrite: false)
        try expectFailure(
            65, ["wide.safetensors", "missing: enc.net_app.convs.0.0.weight"], model: path,
            launcher: ["/bin/sh", "-c", "ulimit -v 6000000; exec \"$@\"", "sh"])
    }

    @Test func damagedCheckpoints() throws {
        for name in ["reference/lia-tiny.pt", "reference/lia-tiny-legacy.pt"] {
            let whole = try bytes(Fixture.path(name))
            for part in [0, 1, 100, whole.count / 2, whole.count - 1] {
                try expectFailure(65, ["cut.pt"], model: try file("cut.pt", whole.prefix(part)))
            }
        }
        // Offsets past the end.
        let header = #"{"a":{"dtype":"F32","shape":[1000],"data_offsets":[0,4000]}}"#
        let bytes = [UInt8(header.utf8.count), 0, 0, 0, 0, 0, 0, 0] + Array(header.utf8) + [0, 0, 0, 0]
        try expectFailure(65, ["past.safetensors"], model: try file("past.safetensors", bytes))
    }

    @Test func aPickleThatCallsSomethingIsRefusedByName() throws {
        let marker = folder.file("was-run")
        for name in ["refused-system.pt", "refused-eval.pt", "refused-eval-legacy.pt"] {
            try expectFailure(65, [name, "nothing was run"], model: Fixture.path("checkpoints/\(name)"))
        }
        // A command that would leave a trace leaves none.
        let pickle = "cos\nsystem\n(S'touch \(marker)'\ntR."
        let path = try file("evil.pt", [0x80, 2] + Array(pickle.utf8))
        try expectFailure(65, ["evil.pt"], model: path)
        #expect(!FileManager.default.fileExists(atPath: marker))
    }

    // MARK: Results

    @Test func placesThatCannotBeWritten() throws {
        try expectFailure(74, ["absent/out.mp4", "create it first"], output: "absent/out.mp4")
        try expectFailure(64, ["out.xyz", ".mp4"], output: "out.xyz")
        let taken = results.file("taken.mp4")
        try Data("precious".utf8).write(to: URL(fileURLWithPath: taken))
        try expectFailure(74, ["taken.mp4", "--overwrite"], output: "taken.mp4")
        #expect(try bytes(taken) == Array("precious".utf8))
        // With permission to replace it, a failure still leaves the old file.
        try expectFailure(65, ["absent.png"], source: folder.file("absent.png"), output: "taken.mp4", ["--overwrite"])
        #expect(try bytes(taken) == Array("precious".utf8))
        // Root may write anywhere but into the kernel's own file systems.
        let forbidden = geteuid() == 0 ? "/sys/lia-out.mp4" : "/lia-out.mp4"
        try expectFailure(74, ["lia-out.mp4", "writ"], output: forbidden)
    }

    @Test func anInputIsNeverReplacedByTheResult() throws {
        let (picture, video) = (try bytes(source), try bytes(driving))
        let link = folder.file("link.mp4")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: driving)
        try expectFailure(74, ["driving.mp4", "one of the inputs"], output: driving, ["--overwrite"])
        try expectFailure(74, ["link.mp4", "one of the inputs"], output: link, ["--overwrite"])
        try expectFailure(74, ["source.png", "one of the inputs"], output: source, ["--overwrite", "--frames", "1"])
        #expect(try bytes(source) == picture && bytes(driving) == video)
        // A frame of an older result, animated into the same folder, which is replaced whole.
        let frames = folder.file("frames/"), frame = frames + "frame-000001.png"
        try FileManager.default.createDirectory(atPath: frames, withIntermediateDirectories: false)
        try Data(picture).write(to: URL(fileURLWithPath: frame))
        try expectFailure(74, ["frames", "holds one of the inputs"], source: frame, output: frames, ["--overwrite"])
        #expect(try bytes(frame) == picture)
    }

    @Test func severalFramesDoNotFitOnePicture() throws {
        try expectFailure(74, ["out.png"], output: "out.png")
    }

    /// A limit on file sizes stands in for a full disk: both refuse to write on.
    @Test(arguments: ["out.mp4", "out.gif", "out.webm", "out/"])
    func aFullDisk(_ output: String) throws {
        try expectFailure(
            74, ["out"], output: output, launcher: ["/bin/sh", "-c", "ulimit -f 1; exec \"$@\"", "sh"])
    }

    @Test(.enabled(if: geteuid() == 0, "only root may mount a small file system"))
    func aFullFileSystem() throws {
        let mount = Process()
        mount.executableURL = URL(fileURLWithPath: "/bin/sh")
        mount.arguments = ["-c", "mount -t tmpfs -o size=16k tmpfs '\(results.path)' 2>/dev/null"]
        try mount.run()
        mount.waitUntilExit()
        try #require(mount.terminationStatus == 0, "a file system of 16 KiB could not be mounted")
        defer { umount2(results.path, 0) }
        try expectFailure(74, ["out.mp4", "disk is full"], output: "out.mp4", ["--size", "512"])
    }

    @Test func interruptionLeavesNothing() throws {
        try Samples.video(folder.file("long.mp4"), frames: 2000)
        for output in ["out.mp4", "out/", "out.gif"] {
            let run = try CommandRun.lia(
                [
                    "animate", "-m", Self.model, "-s", source, "-d", folder.file("long.mp4"), "-o",
                    results.file(output) + (output.hasSuffix("/") ? "/" : ""),
                ],
                interruptWhen: { !results.names.isEmpty })
            #expect(run.exitCode == 130 && !run.wasKilled, "\(run.exitCode) \(run.errors)")
            #expect(results.names.isEmpty, "\(results.names)")
        }
    }

    @Test func nohupOutlivesTheTerminal() throws {
        try Samples.video(folder.file("long.mp4"), frames: 300)
        let run = try CommandRun.lia(
            ["animate", "-m", Self.model, "-s", source, "-d", folder.file("long.mp4"), "-o", results.file("out.mp4")],
            launcher: ["/usr/bin/env", "nohup"], signal: SIGHUP, interruptWhen: { !results.names.isEmpty })
        #expect(run.exitCode == 0 && results.names == ["out.mp4"], "\(run.exitCode) \(run.errors)")
    }

    // MARK: Usage

    @Test func wrongUsage() throws {
        try expectFailure(64, ["--strength"], ["--strength", "strong"])
        try expectFailure(64, ["--strength"], ["--strength", "nan"])
        try expectFailure(64, ["--frames"], ["--frames", "9..3"])
        try expectFailure(64, ["--frames"], ["--frames", "0..3"])
        try expectFailure(64, ["--reference"], ["--reference", "worst"])
        try expectFailure(64, ["--mode"], ["--mode", "sideways"])
        try expectFailure(64, ["--size"], ["--size", "33"])
        try expectFailure(64, ["--size"], ["--size", "1000000"])
        try expectFailure(64, ["--threads"], ["--threads", "0"])
        try expectFailure(64, ["expected <A..B> (Driving frames", "'lia animate --help'"], ["--frames", "9..3"])
        try expectFailure(64, ["expected one of 'relative' and 'absolute'"], ["--mode", "sideways"])
        try expectFailure(64, ["--size=-5"], ["--size", "-5"])
        try expectFailure(64, ["--set: expected a value, found an empty one"], ["--set", ""])
        try expectFailure(64, ["--preview: expected a value, found an empty one"], ["--preview="])
        let run = try CommandRun.lia(["animate"])
        #expect(run.exitCode == 64 && run.errors.contains("--source"))
        #expect(try CommandRun.lia(["dance"]).exitCode == 64)
        let odd = try CommandRun.lia(["models"], environment: ["LIA_OPERATORS": "slow"])
        #expect(odd.exitCode == 64 && odd.errors.contains("expected fast or reference, found slow"))
        let full = try CommandRun.lia(["--help"], launcher: ["/bin/sh", "-c", "\"$@\" > /dev/full", "sh"])
        #expect(full.exitCode != 134 && !full.wasKilled)
        let unsaid = try CommandRun.lia(["models"], launcher: ["/bin/sh", "-c", "\"$@\" > /dev/full", "sh"])
        #expect(unsaid.exitCode == 74 && unsaid.errors.contains("standard output"))
    }
}

/// The beginning of a PNG of any size, enough for a reader to learn it.
enum PNGHeader {
    static func bytes(width: UInt32, height: UInt32) -> [UInt8] {
        func big(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(value >> (24 - 8 * UInt32($0)) & 255) } }
        func chunk(_ type: String, _ content: [UInt8]) -> [UInt8] {
            let body = Array(type.utf8) + content
            var crc = UInt32.max
            for byte in body {
                crc ^= UInt32(byte)
                for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
            }
            return big(UInt32(content.count)) + body + big(~crc)
        }
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
            + chunk("IHDR", big(width) + big(height) + [8, 2, 0, 0, 0])
            + chunk("IDAT", [0x78, 0x9C, 0x63, 0, 0, 0, 1, 0, 1]) + chunk("IEND", [])
    }
}
