import Animation
import Checkpoints
import Foundation
import Media
import Networks
import Tensors
import Testing
import TestSupport

/// `lia encode`, `lia edit`, and the options of `lia animate` that change motion.
@Suite struct MotionCommandTests {
    static let model = Fixture.path("reference/lia-tiny.pt")
    let folder: TemporaryFolder
    let source, driving: String

    init() throws {
        folder = try TemporaryFolder()
        source = folder.file("source.png")
        driving = folder.file("driving.mp4")
        try Samples.picture(width: 90, height: 70).write(to: source)
        try Samples.video(driving, frames: 9)
    }

    private func lia(_ arguments: [String]) throws -> CommandRun {
        try CommandRun.lia([arguments[0], "--model", Self.model] + arguments.dropFirst())
    }

    /// The pictures that `animate` makes.
    private func animated(_ more: [String], driving: String? = nil) throws -> [Picture] {
        let output = folder.file("out-\(UUID().uuidString)/")
        let run = try lia(["animate", "-s", source, "-d", driving ?? self.driving, "-o", output, "--crop", "centre"] + more)
        #expect(run.exitCode == 0 && run.errors.isEmpty, "\(run.errors)")
        return try pictures(output)
    }

    private func pictures(_ path: String) throws -> [Picture] { try Samples.frames(path).map(\.picture) }

    private func json(_ path: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: path))) as? [String: Any])
    }

    // MARK: encode

    @Test func playingMotionBackIsAnimatingFromTheVideo() throws {
        let motion = folder.file("motion.json")
        let run = try lia(["encode", driving, "-o", motion])
        #expect(run.exitCode == 0 && run.output.contains("9 frames, 20 magnitudes each"), "\(run.errors)")
        for more in [[], ["--mode", "absolute"], ["--reference", "best"], ["--reference", "4", "--frames", "3..7", "--strength", "1.5"]] {
            #expect(try animated(more, driving: motion) == animated(more), "\(more)")
        }
        // As a video: the same frames at the same times.
        for (name, input) in [("a.mp4", driving), ("b.mp4", motion)] {
            #expect(try lia(["animate", "-s", source, "-d", input, "-o", folder.file(name)]).exitCode == 0)
        }
        let (a, b) = (try FrameReader(folder.file("a.mp4")), try FrameReader(folder.file("b.mp4")))
        #expect(a.frameRate == b.frameRate)
        while let frame = try a.next() {
            let other = try #require(try b.next())
            #expect(frame.picture == other.picture)
            #expect(Double(frame.time) * a.timeBase.value == Double(other.time) * b.timeBase.value)
        }
        #expect(try b.next() == nil)
    }

    @Test func framesHaveTimesMagnitudesAndCodes() throws {
        let motion = folder.file("motion.json")
        #expect(try lia(["encode", driving, "-o", motion, "--frames", "3..5"]).exitCode == 0)
        let content = try json(motion)
        #expect(content["model"] as? String == "lia-tiny" && content["directions"] as? Int == 20)
        #expect(content["frame_rate"] as? String == "25" && content["width"] as? Int == 64)
        let frames = try #require(content["frames"] as? [[String: Any]])
        #expect(frames.count == 3 && frames[0]["time"] as? Int == 0)
        #expect((frames[1]["code"] as? [Double])?.count == 64)
        // Frame 4 by the network itself.
        let lia = try LIA(Checkpoint.open(Self.model))
        let expected = lia.encode(driving: Tensor(try pictures(driving)[3].fitted(toSquare: 64, .crop)))
        #expect((frames[1]["magnitudes"] as? [Double])?.map { Float($0) } == expected.values)

        // A photo is one frame; without codes the file is small.
        let photo = folder.file("photo.json")
        #expect(try self.lia(["encode", source, "-o", photo, "--no-codes", "--quiet"]).output.isEmpty)
        let still = try #require(try json(photo)["frames"] as? [[String: Any]])
        #expect(still.count == 1 && still[0]["code"] == nil)
        let report = try self.lia(["encode", source, "-o", photo, "--overwrite", "--json"])
        let summary = try JSONSerialization.jsonObject(with: Data(report.output.utf8)) as? [String: Any]
        #expect(summary?["frames"] as? Int == 1 && summary?["mode"] == nil)
    }

    private func motion(_ name: String, _ frames: String) throws -> String {
        let path = folder.file(name)
        try Data("{\"format\": \"lia-motion\", \"frames\": [\(frames)]}".utf8).write(to: URL(fileURLWithPath: path))
        return path
    }

    @Test func motionThatDoesNotFitIsSaid() throws {
        func expectFailure(_ motion: String, _ code: Int32, _ words: [String]) throws {
            let output = folder.file("never.mp4")
            let run = try lia(["animate", "-s", source, "-d", motion, "-o", output])
            #expect(run.exitCode == code && !run.wasKilled && run.errors.split(separator: "\n").count == 1, "\(run.errors)")
            for word in words { #expect(run.errors.contains(word), "\(run.errors)") }
            #expect(!FileManager.default.fileExists(atPath: output))
        }
        let twenty = [String](repeating: "0", count: 20).joined(separator: ",")
        try expectFailure(try motion("three.json", #"{"magnitudes":[1,2,3]}"#), 65, ["three.json", "20 directions", "found 3"])
        try expectFailure(try motion("nan.json", #"{"magnitudes":[1,NaN,3]}"#), 65, ["nan.json", "no whole motion file"])
        try expectFailure(try motion("cut.json", "{\"magnitudes\":[\(twenty)], "), 65, ["cut.json"])
        try expectFailure(try motion("none.json", ""), 65, ["none.json", "no frames"])
        let other = folder.file("other.json")
        try Data("{\"puppets\": 3}".utf8).write(to: URL(fileURLWithPath: other))
        try expectFailure(other, 65, ["other.json", "no motion", "lia encode"])
        // Other models' motion is played, with a warning.
        let foreign = folder.file("foreign.json")
        try Data(
            "{\"format\": \"lia-motion\", \"model\": \"vox\", \"frames\": [{\"magnitudes\":[\(twenty)]},{\"magnitudes\":[\(twenty)]}]}"
                .utf8
        ).write(to: URL(fileURLWithPath: foreign))
        let run = try lia(["animate", "-s", source, "-d", foreign, "-o", folder.file("foreign.mp4")])
        #expect(run.exitCode == 0 && run.errors.contains("encoded by model vox"))
        // A motion file is no picture to encode.
        let again = try lia(["encode", foreign, "-o", folder.file("again.json")])
        #expect(again.exitCode == 65 && again.errors.contains("needs no encoding"))
    }

    /// A long motion file takes no memory: 20,000 frames with codes are some 15 MB.
    /// What would do nothing is refused, not passed over.
    @Test func optionsWithoutAnEffectAreSaid() throws {
        for (more, status, words) in [
            (["--mode", "absolute", "--reference", "best"], Int32(64), "--reference says where relative motion starts"),
            (["--loop"], 65, "leave --loop out"),
        ] {
            let output = folder.file("nothing.mp4")
            let run = try lia(["animate", "-s", source, "-d", driving, "-o", output, "--crop", "centre"] + more)
            #expect(run.exitCode == status && run.errors.contains(words), "\(more): \(run.errors)")
            #expect(!FileManager.default.fileExists(atPath: output))
        }
    }

    @Test func longMotionIsStreamed() throws {
        let values = (0..<20).map { "\(Float($0) / 7)" }.joined(separator: ","), code = (0..<64).map { "\($0).125" }.joined(separator: ",")
        let frame = "{\"magnitudes\":[\(values)],\"code\":[\(code)]}"
        let long = try motion("long.json", [String](repeating: frame, count: 20_000).joined(separator: ","))
        let short = try motion("short.json", frame + "," + frame)
        func peak(_ motion: String) throws -> Int {
            let run = try lia([
                "animate", "-s", source, "-d", motion, "-o", folder.file("one.png"), "--frames", "2", "--overwrite", "--json",
            ])
            let report = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
            return try #require(report?["peak_memory_bytes"] as? Int, "\(run.errors)")
        }
        // The mapped file itself may be resident.
        let size = try Data(contentsOf: URL(fileURLWithPath: long)).count
        #expect(try peak(long) - peak(short) < size + 8 << 20)
    }

    @Test func encodingLeavesNothingHalf() throws {
        let motion = folder.file("motion.json")
        try Data("precious".utf8).write(to: URL(fileURLWithPath: motion))
        let taken = try lia(["encode", driving, "-o", motion])
        #expect(taken.exitCode == 74 && taken.errors.contains("--overwrite"))
        #expect(try lia(["encode", driving, "-o", motion, "--overwrite", "--frames", "20"]).exitCode == 65)
        #expect(try Data(contentsOf: URL(fileURLWithPath: motion)) == Data("precious".utf8))
        #expect(try lia(["encode", driving, "-o", driving, "--overwrite"]).errors.contains("one of the inputs"))
        #expect(try lia(["encode", driving, "-o", folder.file("absent/motion.json")]).exitCode == 74)
        #expect(try lia(["encode", folder.file("absent.mp4"), "-o", folder.file("new.json")]).exitCode == 65)
        #expect(folder.names == ["driving.mp4", "motion.json", "source.png"])
        let full = try CommandRun.lia(
            ["encode", "--model", Self.model, driving, "-o", folder.file("new.json")],
            launcher: ["/bin/sh", "-c", "ulimit -f 1; exec \"$@\"", "sh"])
        #expect(full.exitCode == 74 && folder.names.count == 3, "\(full.errors)")
    }

    // MARK: --set, --only, --without

    @Test func partsOfTheMotionAreTransferred() throws {
        let (plain, still) = (try animated([]), try animated(["--strength", "0"]))
        #expect(try animated(["--only", "1-20"]) == plain)
        #expect(try animated(["--without", "1-20"]) == still)
        let (part, rest) = (try animated(["--only", "1-10"]), try animated(["--without", "11-20"]))
        #expect(part == rest && part[5] != plain[5] && part[5] != still[5])
        // In absolute mode too the others are the portrait's own.
        #expect(try animated(["--without", "1-20", "--mode", "absolute"]) == still)
        #expect(try animated(["--only", "1-20", "--mode", "absolute"]) == animated(["--mode", "absolute"]))
    }

    /// The pictures that the network makes when told so directly.
    @Test func editsAreAddedToTheSource() throws {
        let network = try LIA(Checkpoint.open(Self.model))
        let encoded = network.encode(source: Tensor(try Picture.read(source).fitted(toSquare: 64, .crop)))
        func expected(_ magnitudes: [Float]) -> Picture { Picture(network.generate(encoded, magnitudes: Tensor(magnitudes, [1, 20]))) }
        var edited = encoded.magnitudes.values
        edited[7] += 1.5
        edited[5] -= 2
        #expect(try animated(["--set", "8=1.5,6=-2", "--strength", "0", "--frames", "1..2"])[1] == expected(edited))
        // In relative mode an edited source moves as it would; the first frame is the edited source itself.
        #expect(try animated(["--set", "8=1.5,6=-2"])[0] == expected(edited))
        // In absolute mode the edit comes on top of the driving pose.
        let motions = try pictures(driving).map { network.encode(driving: Tensor($0.fitted(toSquare: 64, .crop))).values }
        var driven = motions[4]
        driven[7] += 1.5
        #expect(try animated(["--set", "8=1.5", "--mode", "absolute"])[4] == expected(driven))
        // Along directions that are not driven, the edit still counts.
        edited = encoded.magnitudes.values
        edited[7] += 1.5
        edited[0] += motions[4][0] - motions[0][0]
        let found = try animated(["--set", "8=1.5", "--only", "1"])[4]
        let largest = zip(found.pixels, expected(edited).pixels).map { abs(Int($0) - Int($1)) }.max()
        #expect(largest! <= 1)
    }

    @Test func directionsThatDoNotExistAreSaid() throws {
        for (more, words) in [
            (["--set", "21=1"], "numbered 1 to 20"), (["--set", "nod=1"], "none has a name yet"), (["--only", "nod"], "nod"),
            (["--set", "1=1,1=2"], "edited twice"), (["--set", "1"], "nod=1.5,6=-2"), (["--set", "1=x"], "found \"x\""),
            (["--set", "1=1", "--set", "1=2"], "edited twice"),
            (["--without", "4-2"], "2-4"), (["--only", "nod", "--only", "1"], "nod"), (["--only", "1", "--without", "2"], "exclude"),
        ] {
            let run = try lia(["animate", "-s", source, "-d", driving, "-o", folder.file("never.mp4")] + more)
            #expect(run.exitCode == 64 && run.errors.contains(words), "\(more): \(run.errors)")
        }
        #expect(folder.names == ["driving.mp4", "source.png"])
    }

    // MARK: edit

    @Test func aPictureIsEdited() throws {
        let network = try LIA(Checkpoint.open(Self.model))
        let encoded = network.encode(source: Tensor(try Picture.read(source).fitted(toSquare: 64, .crop)))
        var magnitudes = encoded.magnitudes.values
        magnitudes[2] += 2.5
        let run = try lia(
            ["edit", "-s", source, "--set", "3=2.5", "-o", folder.file("edited.png"), "--motion-output", folder.file("edited.json")])
        #expect(run.exitCode == 0 && run.output.contains("1 frame, 64×64"), "\(run.errors)")
        let edited = try Picture.read(folder.file("edited.png"))
        #expect(edited == Picture(network.generate(encoded, magnitudes: Tensor(magnitudes, [1, 20]))))
        let bytes = try Data(contentsOf: URL(fileURLWithPath: folder.file("edited.png")))
        #expect(bytes.range(of: Data("synthetic".utf8)) != nil)
        // The magnitudes lead to the same picture.
        #expect(try animated(["--mode", "absolute"], driving: folder.file("edited.json")) == [edited])
        #expect(try lia(["edit", "-s", source, "--set", "3=2.5", "-o", folder.file("large.png"), "--size", "96"]).exitCode == 0)
        #expect(try Picture.read(folder.file("large.png")).width == 96)
    }

    /// The canonical pose x_r has no magnitudes; an edit adds to none.
    @Test func anEditStartsFromTheCanonicalPose() throws {
        let network = try LIA(Checkpoint.open(Self.model))
        let encoded = network.encode(source: Tensor(try Picture.read(source).fitted(toSquare: 64, .crop)))
        for (more, magnitude) in [([], 0), (["--set", "3=2.5"], 2.5)] as [([String], Float)] {
            let run = try lia(["edit", "-s", source, "--base", "zero", "-o", folder.file("zero.png"), "--overwrite"] + more)
            #expect(run.exitCode == 0, "\(run.errors)")
            var magnitudes = [Float](repeating: 0, count: 20)
            magnitudes[2] = magnitude
            let expected = Picture(network.generate(encoded, magnitudes: Tensor(magnitudes, [1, 20])))
            #expect(try Picture.read(folder.file("zero.png")) == expected)
        }
    }

    @Test func everyFrameOfAVideoKeepsItsOwnMotion() throws {
        let run = try lia(["edit", "-s", driving, "--set", "3=2.5", "-o", folder.file("edited/"), "--frames", "2..4", "--json"])
        #expect(run.exitCode == 0, "\(run.errors)")
        let edited = try pictures(folder.file("edited/"))
        #expect(edited.count == 3)
        for (index, frame) in try pictures(driving)[1...3].enumerated() {
            let still = folder.file("frame.png"), alone = folder.file("alone.png")
            try frame.write(to: still, overwrite: true)
            #expect(try lia(["edit", "-s", still, "--set", "3=2.5", "-o", alone, "--overwrite"]).exitCode == 0)
            #expect(try Picture.read(alone) == edited[index])
        }
        #expect(edited[0] != edited[2])
    }

    @Test func soundIsKept() throws {
        let video = Fixture.path("media/sound.mp4")
        for (more, hasAudio) in [([], true), (["--no-audio"], false)] {
            let output = folder.file("edited-\(hasAudio).mp4")
            let run = try lia(["edit", "-s", video, "--set", "1=1", "-o", output] + more)
            #expect(run.exitCode == 0, "\(run.errors)")
            let (found, expected) = (try FrameReader(output), try FrameReader(video))
            #expect(found.hasAudio == hasAudio && expected.hasAudio)
            #expect(abs((found.duration ?? 0) - (expected.duration ?? 0)) < 0.1)
            #expect(try pictures(output).count == pictures(video).count)
        }
    }

    @Test func editsThatCannotBeAreSaid() throws {
        let picture = try Data(contentsOf: URL(fileURLWithPath: source))
        for (more, code, words) in [
            (["-o", folder.file("out.png")], 64, "--set"), (["--set", "x=1", "-o", folder.file("out.png")], 64, "x"),
            (["--set", "1=1", "-o", folder.file("out.xyz")], 64, ".png"), (["--set", "1=1", "-o", source, "--overwrite"], 74, "inputs"),
            (["--set", "1=1", "-o", folder.file("out.png"), "--frames", "2"], 65, "it has 1 frames"),
            (["--set", "1=1", "-o", folder.file("out.png"), "--motion-output", source, "--overwrite"], 74, "inputs"),
            (["--set", "1=1", "-o", folder.file("out.png"), "--motion-output", folder.file("absent/m.json")], 74, "create it"),
        ] as [([String], Int32, String)] {
            let run = try lia(["edit", "-s", source] + more)
            #expect(run.exitCode == code && run.errors.contains(words) && !run.wasKilled, "\(more): \(run.errors)")
        }
        #expect(folder.names == ["driving.mp4", "source.png"])
        #expect(try Data(contentsOf: URL(fileURLWithPath: source)) == picture)
    }
}
