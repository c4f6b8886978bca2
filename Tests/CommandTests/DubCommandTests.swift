import Animation
import Checkpoints
import Files
import Foundation
import Media
import Networks
import Tensors
import Testing
import TestSupport
import lia

/// DINet through the command line, with a small network in the layout that is published.
@Suite(.serialized) struct DubCommandTests {
    private let folder: TemporaryFolder
    private let source: String
    private let model = Fixture.path("dinet/dinet-tiny.pth")
    private let vectors: ReferenceVectors

    init() throws {
        folder = try TemporaryFolder()
        vectors = try ReferenceVectors.file("dinet/cases.safetensors")
        source = folder.file("frames")
        try FileManager.default.createDirectory(atPath: source, withIntermediateDirectories: false)
        for (index, frame) in Self.pictures(try vectors("dub/frames")).enumerated() { try frame.write(to: source + "/\(index + 1).png") }
    }

    private static func pictures(_ tensor: Tensor) -> [Picture] {
        (0..<tensor.shape[0]).map { index in
            Picture(
                width: tensor.shape[2], height: tensor.shape[1], pixels: tensor.items(index..<index + 1).values.map { UInt8($0) })
        }
    }

    private func arguments(_ output: String, model: String? = nil) -> [String] {
        [
            "dub", "-m", model ?? self.model, "-s", source, "--landmarks", Fixture.path("dinet/landmarks.csv"), "--audio-features",
            Fixture.path("dinet/features.npy"), "--mouth-size", "64", "-o", folder.file(output), "-q",
        ]
    }

    private func frames(_ path: String) throws -> [Picture] { try Samples.frames(folder.file(path)).map(\.picture) }

    @Test func theProtocolEqualsTheAuthors() throws {
        let numbers = try vectors("dub/references").values.map { String(Int($0) + 1) }.joined(separator: ",")
        let run = try CommandRun.lia(
            arguments("out/").filter { $0 != "-q" } + ["--references", numbers, "--blend", "none", "--json"])
        #expect(run.exitCode == 0, "\(run.errors)")
        let report = try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
        #expect(report["frames"] as? Int == 10 && (report["references"] as? [Int])?.count == 5 && report["width"] as? Int == 112)
        let found = try frames("out/"), expected = Self.pictures(try vectors("dub/result"))
        #expect(found.count == 10)
        for (index, number) in try vectors("dub/result_frames").values.enumerated() {
            let differences = zip(found[Int(number)].pixels, expected[index].pixels).map { abs(Int($0) - Int($1)) }
            let mean = Double(differences.reduce(0, +)) / Double(differences.count)
            #expect(differences.max()! <= 8 && mean <= 0.8, "frame \(number): \(differences.max()!), \(mean)")
        }
    }

    /// A sound with DeepSpeech's graph says what the features say that `lia speech` computes from it.
    @Test func soundsAreHeard() throws {
        let sound = Fixture.path("speech/speech.wav"), graph = Fixture.path("speech/output_graph-tiny.pb")
        #expect(
            try CommandRun.lia(["speech", sound, "--network", graph, "--output", folder.file("f.npy"), "-q"]).exitCode == 0)
        func dub(_ output: String, _ speech: [String]) throws -> CommandRun {
            var arguments = arguments(output)
            let place = arguments.firstIndex(of: "--audio-features")!
            arguments.replaceSubrange(place...place + 1, with: speech)
            return try CommandRun.lia(arguments)
        }
        for (output, speech) in [("a.mp4", ["--speech-model", graph]), ("b.mp4", ["--audio-features", folder.file("f.npy")])] {
            let run = try dub(output, ["--audio", sound] + speech)
            #expect(run.exitCode == 0, "\(run.errors)")
        }
        let heard = try frames("a.mp4"), read = try frames("b.mp4")
        #expect(heard.count == 40 && heard == read)
        // The sound is in the result: 1.6 s, to within a frame of the codec.
        let reader = try SoundReader(folder.file("a.mp4"), rate: 16_000)
        var samples = 0
        while let piece = try reader.piece() { samples += piece.count }
        #expect(abs(samples - 25_600) < 2_048, "\(samples)")
        #expect(try dub("c.mp4", ["--audio", sound]).exitCode == 64)
        #expect(try dub("c.mp4", ["--speech-model", graph]).exitCode == 64)
        #expect(try dub("c.mp4", ["--audio", sound, "--speech-model", graph, "--audio-features", folder.file("f.npy")]).exitCode == 64)
        #expect(try dub("c.mp4", ["--audio", sound, "--speech-model", sound]).exitCode == 65)
    }

    /// A converted model, a checkpoint without "module." and one of training give the same video.
    @Test func everyLayoutOfAModelIsRead() throws {
        try Program.execute(arguments("a/"))
        let expected = try frames("a/")
        try Program.execute(["convert", model, folder.file("dubber"), "-q"])
        // Nobody told the converter that these are mouths of 64 px.
        let told = try CommandRun.lia(arguments("b/", model: folder.file("dubber")).filter { $0 != "-q" })
        #expect(told.exitCode == 0 && told.errors.contains("says that it paints mouths of 256 px, and is used for 64"), "\(told.errors)")
        let original = try Checkpoint.open(model)
        let prefix = "state_dict.net_g.module."
        let tensors = try original.entries.map { (name: String($0.name.dropFirst(prefix.count)), tensor: try original.tensor($0.name)) }
        try SafetensorsFile.write(tensors, to: folder.file("plain.safetensors"), overwrite: true)
        try Program.execute(arguments("c/", model: folder.file("plain.safetensors")))
        let judges = try Checkpoint.open(Fixture.path("dinet/discriminators-tiny.pth"))
        let all =
            tensors.map { (name: "state_dict.net_g.\($0.name)", tensor: $0.tensor) }
            + (try judges.entries.map { (name: $0.name, tensor: try judges.tensor($0.name)) })
        try SafetensorsFile.write(all, to: folder.file("training.safetensors"), overwrite: true)
        try Program.execute(arguments("d/", model: folder.file("training.safetensors")))
        for name in ["b/", "c/", "d/"] { #expect(try frames(name) == expected, "\(name)") }
        let inspected = try CommandRun.lia(["inspect", model]).output
        #expect(inspected.contains("DINet") && inspected.contains("5 pictures of the person"), "\(inspected)")
    }

    @Test func misfitsAreRefusedInOneLine() throws {
        let original = try Checkpoint.open(model)
        func write(_ name: String, _ change: (String, Tensor) -> Tensor?) throws -> String {
            let tensors = try original.entries.compactMap { entry in
                change(entry.name, try original.tensor(entry.name)).map { (name: entry.name, tensor: $0) }
            }
            try SafetensorsFile.write(tensors, to: folder.file(name), overwrite: true)
            return folder.file(name)
        }
        for (said, path) in [
            ("1 missing: out_conv.4.bias", try write("a.safetensors") { $0.hasSuffix("out_conv.4.bias") ? nil : $1 }),
            (
                "1 with NaN or infinite values: adaAT.scale.0.bias",
                try write("b.safetensors") { $0.hasSuffix("adaAT.scale.0.bias") ? Tensor(repeating: .nan, $1.shape) : $1 }
            ),
            (
                "reads 14 channels, no multiple of 3",
                try write("c.safetensors") { $0.hasSuffix("ref_in_conv.0.conv.weight") ? Tensor(zeros: [8, 14, 7, 7]) : $1 }
            ),
            ("lacks adaAT.commn_linear.0.weight", try write("d.safetensors") { $0.hasSuffix("commn_linear.0.weight") ? nil : $1 }),
            (
                "1 of another shape: trans_conv.1.conv.weight",
                try write("e.safetensors") { $0.hasSuffix("trans_conv.1.conv.weight") ? Tensor(zeros: [16, 16, 7, 7]) : $1 }
            ),
            ("holds DINet's SyncNet", Fixture.path("dinet/syncnet-tiny.pth")),
        ] {
            let refusal = FamilyCommands.refusal(arguments("never/", model: path))
            #expect(refusal.contains(said) && refusal.contains(path) && !refusal.contains("\n"), "\(refusal), not \(said)")
        }
    }

    /// Without --model the program's own dubs: what the numbers say changes the mouth, and nothing else.
    @Test func theProgramsOwnModelDubs() throws {
        // A folder that happens to be called as the model is not taken for it.
        try FileManager.default.createDirectory(atPath: folder.file("dub"), withIntermediateDirectories: false)
        for (name, row) in [("shut", "0,0,0"), ("open", "0.8,0.1,0")] {
            let numbers = folder.file("\(name).csv")
            try Array(repeating: row, count: 3).joined(separator: "\n").write(toFile: numbers, atomically: true, encoding: .utf8)
            let run = try CommandRun.lia(
                [
                    "dub", "-s", source, "--landmarks", Fixture.path("dinet/landmarks.csv"), "--audio-features", numbers, "--blend", "none",
                    "-o", folder.file("\(name)/"), "-q",
                ], folder: folder.path)
            #expect(run.exitCode == 0, "\(run.errors)")
        }
        let shut = try frames("shut/"), open = try frames("open/"), before = Self.pictures(try vectors("dub/frames"))
        #expect(shut.count == 3 && open.count == 3)
        for (a, b) in zip(shut, open) { #expect(a != b) }
        // The corners are the source's.
        for (picture, own) in zip(shut + open, before.prefix(3) + before.prefix(3)) {
            #expect(picture.pixels.prefix(3) == own.pixels.prefix(3) && picture.pixels.suffix(3) == own.pixels.suffix(3))
        }
    }

    /// Every command that poses portraits says what the model is for.
    @Test func otherCommandsNameThisOne() throws {
        let picture = source + "/1.png"
        try FileManager.default.createDirectory(atPath: folder.file("talks"), withIntermediateDirectories: false)
        try Samples.video(folder.file("talks/talk.mp4"), frames: 3)
        for arguments in [
            ["animate", "-s", picture, "-d", source, "-o", folder.file("x.mp4")],
            ["animate", "-s", picture, "--set", "1=1", "-o", folder.file("x.png")],
            ["edit", "-s", picture, "--set", "1=1", "-o", folder.file("x.png")],
            ["encode", source, "-o", folder.file("x.json")],
            ["compare", "-s", picture, "-d", source, "-o", folder.file("x/")],
            ["explore", "-s", picture, "-o", folder.file("x/")], ["explore", "sweep", "-s", picture, "-o", folder.file("x/")],
            ["explore", "label", "1", "nod"], ["evaluate", "--task", "reconstruction", "--data", folder.file("talks")],
        ] {
            let run = try CommandRun.lia(arguments + ["-m", model])
            #expect(
                run.exitCode == 65 && run.errors.contains("dubs videos") && run.errors.contains("'lia dub'")
                    && run.errors.split(separator: "\n").count == 1, "\(arguments): \(run.exitCode), \(run.errors)")
        }
    }

    @Test func wrongUsageIsRefused() throws {
        for (options, said) in [
            (["--mouth-size", "100"], "multiple of 32"), (["--references", "1,two"], "numbers of frames"),
            (["--face", "2"], "--landmarks"),
            (["--face", "all"], "one mouth"), (["--audio", Fixture.path("media/only-sound.m4a")], "carries no sound"),
            (["--detail"], "moves no reference"),
        ] {
            let run = try CommandRun.lia(arguments("never/") + options)
            #expect(run.exitCode == 64 && run.errors.contains(said), "\(options): \(run.exitCode), \(run.errors)")
        }
        let run = try CommandRun.lia(arguments("never/", model: Fixture.path("fomm/fomm-adv-tiny.pth.tar")))
        #expect(run.exitCode == 65 && run.errors.contains("dubs no videos"), "\(run.errors)")
        #expect(!folder.names.contains("never"))
    }
}
