import Checkpoints
import Faces
import Files
import Foundation
import Media
import ModelLibrary
import Networks
import Puppets
import Tensors
import Testing
import TestSupport
import lia

/// Speech through the commands: numbers from sound, and pictures that speak.
@Suite(.serialized) struct SpeechCommandTests {
    private let folder: TemporaryFolder
    private let sound = Fixture.path("speech/speech.wav"), graph = Fixture.path("speech/output_graph-tiny.pb")

    init() throws { folder = try TemporaryFolder() }

    private func lia(_ arguments: String...) throws { try Program.execute(arguments) }

    private func refusal(_ arguments: String...) -> String { FamilyCommands.refusal(arguments) }

    private func rows(_ path: String) throws -> [[Float]] {
        String(decoding: try MappedFile.contents(of: path, upTo: 1 << 20), as: UTF8.self).split(separator: "\n")
            .map { $0.split(separator: ",").compactMap { Float($0) } }
    }

    @Test func lettersAreThoseOfTensorFlow() throws {
        let out = folder.file("features.csv")
        try lia("speech", sound, "--network", graph, "-o", out, "-q")
        let found = try rows(out), expected = try ReferenceVectors.file("speech/cases.safetensors")("features")
        let difference = Difference(Tensor(found.flatMap { $0 }, [found.count, 29]), expected)
        #expect(difference.sameShape && difference.largest < 1e-4, "\(difference)")
    }

    @Test func mouthsAreWrittenAtAnyRate() throws {
        try lia("speech", sound, "-o", folder.file("mouth.csv"), "--rate", "50", "-q")
        let found = try rows(folder.file("mouth.csv"))
        #expect(found.count == 80 && found.allSatisfy { $0.count == 3 } && found.map { $0[0] }.max()! > 0.4)
        #expect(refusal("speech", sound, "-o", folder.file("mouth.csv"), "-q").contains("exists already"))
    }

    @Test func whatIsWrongIsSaidInOneLine() {
        let out = folder.file("out.npy")
        for (arguments, words) in [
            (["speech", folder.file("none.wav"), "-o", out], "no such file"),
            (["speech", graph, "-o", out], "expected sound, found an unknown format"),
            (["speech", sound, "--network", sound, "-o", out], "is no frozen TensorFlow graph"),
            (["speech", sound, "--network", folder.file("a.pb"), "-o", out], "no such file"),
            (["speech", sound, "--model", "portrait", "-o", out], "is a model of the family lia, expected speech"),
            (["speech", sound, "--model", "none", "-o", out], "no such speech model"),
            (["inspect", "speech"], "is a speech model"),
            (["speech", sound, "-o", folder.file("out.txt")], "expected a name that ends in .npy, .csv or .json"),
            (["speech", sound, "-o", out, "--rate", "0"], "--rate wants"),
            (["speech", sound, "--network", graph, "-o", out, "--rate", "30"], "leave --model and --rate out"),
        ] {
            let said = FamilyCommands.refusal(arguments)
            #expect(said.contains(words) && !said.contains("\n"), "\(arguments): \(said)")
        }
        #expect(folder.names.isEmpty)
    }

    @Test func aPictureSpeaks() throws {
        let source = folder.file("source.png"), out = folder.file("out.mp4")
        try Samples.picture(width: 128, height: 128).write(to: source)
        try lia("animate", "-s", source, "--audio", sound, "-o", out, "--crop", "center", "-q")
        let frames = try Samples.frames(out)
        let reader = try FrameReader(out)
        #expect(frames.count == 40 && abs(Double(frames[25].time) * reader.timeBase.value - 1) < 1e-3 && reader.hasAudio)
        // Without drift, a moment is the portrait with its mouth opened as an edit opens it.
        let still = folder.file("still/"), edited = folder.file("edited.png")
        try lia("animate", "-s", source, "--audio", sound, "--idle", "0", "-o", still, "--crop", "center", "-q")
        try lia("speech", sound, "-o", folder.file("mouth.csv"), "-q")
        // The model's jaw is useful up to 8, which stands for 1.2 of a mouth.
        let open = Float(Double(try rows(folder.file("mouth.csv"))[19][0]) * (8 / 1.2))
        try lia("edit", "-s", source, "--set", "jaw=\(open)", "-o", edited, "--crop", "center", "-q")
        FamilyCommands.expectSame(try Samples.frames(still)[19].picture, try Picture.read(edited), "frame 20")
        // The same seed, the same film.
        for (name, seed) in [("a/", "3"), ("b/", "3"), ("c/", "4")] {
            try lia("animate", "-s", source, "--audio", sound, "--seed", seed, "-o", folder.file(name), "--crop", "center", "-q")
        }
        let films = try ["a/", "b/", "c/"].map { try Samples.frames(folder.file($0)).map(\.picture) }
        #expect(films[0] == films[1] && films[0] != films[2])
    }

    /// The mouth of a face that is found is painted as far open as the sound says, and nothing else of a still portrait changes.
    @Test func aFacesMouthIsPainted() throws {
        let source = folder.file("source.png"), person = Puppet(seed: 5).draw(PuppetPose(), size: 256)
        try person.write(to: source)
        for (name, more) in [("painted/", []), ("moved/", ["--mouth-model", "none"])] {
            try Program.execute(["animate", "-s", source, "--audio", sound, "--idle", "0", "-o", folder.file(name), "-q"] + more)
        }
        try lia("speech", sound, "-o", folder.file("mouth.csv"), "--rate", "25", "-q")
        let said = try rows(folder.file("mouth.csv")).map { $0[0] }, finder = try FaceFinder(amongModels: ModelLocator.folders)
        let painted = try Samples.frames(folder.file("painted/")).map(\.picture), rest = try #require(finder.faces(in: person).first)
        let found = try painted.map { picture in
            let face = try #require(finder.follow(rest, in: picture))
            return face.openness.lips
        }
        #expect(painted.count == 40 && Self.correlation(found, Array(said.prefix(40))) > 0.6, "\(found)")
        // Above the middle of the nose everything is the drawing.
        let last = Int(rest.point(4).y - 0.3 * rest.box.height)
        for picture in painted {
            let changed = (0..<last * 256 * 3).count { abs(Int(picture.pixels[$0]) - Int(person.pixels[$0])) > 1 }
            #expect(changed == 0)
        }
        #expect(try Samples.frames(folder.file("moved/")).map(\.picture) != painted)
    }

    /// A mouth that is open in the only picture there is shuts where nothing is said, and opens again.
    @Test(arguments: [UInt64(5), 14]) func anOpenMouthShuts(_ seed: UInt64) throws {
        let source = folder.file("source.png"), numbers = folder.file("mouth.csv")
        var pose = PuppetPose()
        (pose.mouthOpen, pose.mouthWide) = (0.6, 0.3)
        let person = Puppet(seed: seed).draw(pose, size: 256)
        try person.write(to: source)
        try (Array(repeating: "0,0,0", count: 6) + Array(repeating: "0.9,0,0", count: 6)).joined(separator: "\n")
            .write(toFile: numbers, atomically: true, encoding: .utf8)
        try lia("dub", "-s", source, "--audio-features", numbers, "-o", folder.file("out/"), "-q")
        let finder = try FaceFinder(amongModels: ModelLocator.folders), rest = try #require(finder.faces(in: person).first)
        let lips = try Samples.frames(folder.file("out/")).map { try #require(finder.follow(rest, in: $0.picture)).openness.lips }
        #expect(rest.openness.lips > 0.1 && lips[1] < 0.4 * rest.openness.lips && lips[10] > 2 * lips[1], "\(rest.openness.lips): \(lips)")
    }

    /// Every picture of a folder becomes a video that speaks, as long as the frames that are asked for, and so does its sound.
    @Test func aFolderOfPicturesSpeaks() throws {
        try FileManager.default.createDirectory(atPath: folder.file("people"), withIntermediateDirectories: false)
        for name in ["a.png", "b.png"] { try Samples.picture(width: 64, height: 64).write(to: folder.file("people/" + name)) }
        let results = folder.file("results/")
        let run = try CommandRun.lia([
            "animate", "-s", folder.file("people"), "--audio", sound, "--frames", "6..16", "--crop", "center", "-o", results, "-q",
        ])
        #expect(run.exitCode == 0, "\(run.errors)")
        for name in ["a.png.mp4", "b.png.mp4"] {
            #expect(try Samples.frames(results + name).count == 11)
            let reader = try SoundReader(results + name, rate: 16_000)
            var samples = 0
            while let piece = try reader.piece() { samples += piece.count }
            #expect(abs(Double(samples) / 16_000 - 11.0 / 25) < 0.05, "\(name): \(samples) samples")
        }
    }

    /// What holds no sound is written, and a line says so.
    @Test(arguments: ["out.gif", "out/", "out.mkv"]) func resultsWithoutSoundAreTold(_ name: String) throws {
        let source = folder.file("source.png"), out = folder.file(name)
        try Samples.picture(width: 64, height: 64).write(to: source)
        let run = try CommandRun.lia(["animate", "-s", source, "--audio", sound, "--frames", "1..3", "--crop", "center", "-o", out])
        let said = run.output + run.errors
        #expect(run.exitCode == 0 && said.contains("hold no sound") == !name.hasSuffix("mkv"), "\(said)")
        #expect(try Samples.frames(out).count == 3)
    }

    private static func correlation(_ a: [Float], _ b: [Float]) -> Float {
        let (x, y) = (a.reduce(0, +) / Float(a.count), b.reduce(0, +) / Float(b.count))
        let products = zip(a, b).map { ($0 - x) * ($1 - y) }.reduce(0, +)
        return products / (a.map { ($0 - x) * ($0 - x) }.reduce(0, +) * b.map { ($0 - y) * ($0 - y) }.reduce(0, +)).squareRoot()
    }

    @Test func speechAndDrivingExcludeEachOther() throws {
        let (source, video, out) = (folder.file("source.png"), folder.file("video.mp4"), folder.file("out.mp4"))
        try Samples.picture().write(to: source)
        try Samples.video(video, frames: 3)
        #expect(refusal("animate", "-s", source, "-d", video, "--audio", sound, "-o", out).contains("exclude each other"))
        #expect(refusal("animate", "-s", source, "--idle", "1", "-o", out).contains("--idle is for speech"))
        #expect(refusal("animate", "-s", video, "--audio", sound, "-o", out, "-q").contains("is a video"))
        #expect(refusal("animate", "-s", source, "--audio", video, "-o", out, "-q").contains("holds no sound"))
        #expect(refusal("animate", "-s", source, "-d", video, "--mouth-model", "dub", "-o", out).contains("--mouth-model is for speech"))
        let letters = Fixture.path("dinet/dinet-tiny.pth")
        #expect(refusal("animate", "-s", source, "--audio", sound, "--mouth-model", letters, "-o", out, "-q").contains("hears letters"))
        let tiny = Fixture.path("reference/lia-tiny.pt")
        #expect(
            refusal("animate", "-m", tiny, "-s", source, "--audio", sound, "-o", out, "-q").contains("no face is found"))
        #expect(
            refusal("animate", "-m", tiny, "-s", source, "--audio", sound, "--mouth-model", "none", "-o", out, "-q")
                .contains("no direction named mouth_open or jaw")
        )
    }
}
