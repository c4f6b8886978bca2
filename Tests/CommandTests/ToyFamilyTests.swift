import Animation
import Foundation
import Media
import Networks
import Tensors
import Testing
import TestSupport
import lia

/// A family that is only known here goes through every command.
@Suite(.serialized) struct ToyFamilyTests {
    let folder: TemporaryFolder
    let source: String, driving: String, model: String

    init() throws {
        folder = try TemporaryFolder()
        (source, driving, model) = (folder.file("source.png"), folder.file("driving.mp4"), folder.file("toy.safetensors"))
        try Samples.picture(width: 64, height: 64).write(to: source)
        try Samples.video(driving, frames: 6)
        try ToyNetwork.write(gain: 1, to: model)
    }

    private func lia(_ arguments: String...) throws { try Program.execute(arguments) }

    private func frames(_ path: String) throws -> [Picture] { try Samples.frames(path).map(\.picture) }

    private func input(_ picture: Picture) -> Tensor { Tensor(picture.fitted(toSquare: 32, .crop)) }

    private func portrait() throws -> (network: ToyNetwork, portrait: any EncodedPortrait) {
        let network = ToyNetwork(gain: 1)
        return (network, network.encode(input(try Picture.read(source))))
    }

    @Test func isAnimated() throws {
        try lia("animate", "-m", model, "-s", source, "-d", driving, "-o", folder.file("out/"), "-q")
        let (network, portrait) = try portrait()
        let motions = try frames(driving).map { network.motion(of: input($0)) }
        let found = try frames(folder.file("out/"))
        #expect(found.count == 6)
        for (index, frame) in found.enumerated() {
            let target = network.transfer(Transfer(), driving: motions[index], reference: motions[0], to: portrait)
            #expect(frame == Picture(portrait.picture(target)), "frame \(index)")
        }
        // The disc moves: the last frame is not the first.
        #expect(found[5] != found[0] && found[0].width == 64)
        // Its own detail moves with it; where nothing moves the source is itself.
        try lia("animate", "-m", model, "-s", source, "-d", driving, "-o", folder.file("sharp/"), "--detail", "--strength", "0", "-q")
        #expect(try frames(folder.file("sharp/"))[3] == Picture.read(source))
    }

    @Test func isEditedByTheNamesThatItGives() throws {
        try lia("edit", "-m", model, "-s", source, "--set", "across=0.25", "-o", folder.file("edited.png"), "-q")
        let (_, portrait) = try portrait()
        #expect(try Picture.read(folder.file("edited.png")) == Picture(portrait.picture(portrait.edited(portrait.motion, by: [0.25, 0]))))
    }

    /// A source of frames under a driving motion that stands still is edited frame by frame.
    @Test func aVideoMayBeDriven() throws {
        try lia("encode", source, "-m", model, "-o", folder.file("still.json"), "-q")
        var job = AnimationJob(source: .frames(driving), driving: folder.file("still.json"), output: folder.file("driven/"))
        job.target = TargetMotion(Transfer(.relative), edit: [0.25, 0])
        let report = try job.run(on: PortraitModel(name: "toy", network: ToyNetwork(gain: 1)))
        try lia("edit", "-m", model, "-s", driving, "--set", "across=0.25", "-o", folder.file("edited/"), "-q")
        // The one motion lasts as long as the source.
        #expect(report.frames == 6)
        #expect(try frames(folder.file("driven/")) == frames(folder.file("edited/")))
    }

    /// Motion of another family is refused before any frame is made, also where no portrait was encoded yet.
    @Test func aVideoRefusesMotionOfOtherDirections() throws {
        try lia("encode", source, "-m", Fixture.path("reference/lia-tiny.pt"), "-o", folder.file("other.json"), "-q")
        let job = AnimationJob(source: .frames(driving), driving: folder.file("other.json"), output: folder.file("driven.png"))
        #expect {
            try job.run(on: PortraitModel(name: "toy", network: ToyNetwork(gain: 1)))
        } throws: {
            "\($0)".contains("expected motion along 2 directions, as model toy has them, found 20")
        }
        #expect(!folder.names.contains("driven.png"))
    }

    @Test func isEncodedWithoutLooks() throws {
        try lia("encode", driving, "-m", model, "-o", folder.file("motion.json"), "-q")
        let frames = try #require(try folder.json("motion.json")["frames"] as? [[String: Any]])
        let expected = ToyNetwork(gain: 1).motion(of: input(try self.frames(driving)[2]))
        #expect(frames.count == 6 && frames[2]["code"] == nil)
        #expect((frames[2]["magnitudes"] as? [Double])?.map { Float($0) } == expected.values)
        // Played back, it is the video.
        for input in [driving, folder.file("motion.json")] {
            try lia(
                "animate", "-m", model, "-s", source, "-d", input, "-o", folder.file(input == driving ? "video/" : "motion/"),
                "--reference", "best", "-q")
        }
        #expect(try self.frames(folder.file("video/")) == self.frames(folder.file("motion/")))
    }

    @Test func isExplored() throws {
        try lia("explore", "-m", model, "-s", source, "-o", folder.file("atlas/"), "--range", "-0.5..0.5", "--steps", "3", "-q")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.file("atlas"))
        #expect(names.contains("index.html") && names.contains("direction-02-flow.png") && !names.contains("gram.png"))
        let table = try folder.json("atlas/table.json"), rows = try #require(table["directions"] as? [[String: Any]])
        #expect(rows.map { $0["name"] as? String } == ["across", "down"] && table["gram_deviation"] == nil)
        // α = 0.5 moves everything by a quarter of the side.
        let reach = try #require((rows[0]["statistics"] as? [String: Any])?["reach"] as? Double)
        #expect(abs(reach - 0.25) < 1e-6)
    }

    @Test func isComparedAndEvaluated() throws {
        try lia("compare", "-m", model, "-s", source, "-d", driving, "-o", folder.file("report/"), "-q")
        let pairs = try #require(try folder.json("report/table.json")["pairs"] as? [[String: Any]])
        let paths = try #require(pairs[0]["paths"] as? [[String: Any]])
        #expect(paths.count == 3 && paths[0]["mean_identity_drift"] == nil && paths[0]["mean_motion_error"] is Double)
        try FileManager.default.createDirectory(atPath: folder.file("clips"), withIntermediateDirectories: true)
        try Samples.video(folder.file("clips/a.mp4"), frames: 4)
        try Samples.video(folder.file("clips/b.mp4"), frames: 4)
        for task in ["reconstruction", "cross"] {
            try lia("evaluate", "-m", model, "--task", task, "--data", folder.file("clips"), "--no-cache", "-q")
        }
    }

    /// A network whose parts are published in several files of a folder.
    @Test func mayBeAFolderOfFiles() throws {
        let parts = folder.file("parts")
        try FileManager.default.createDirectory(atPath: parts + "/more", withIntermediateDirectories: true)
        try ToyNetwork.write(gain: 0.5, to: parts + "/body.safetensors")
        try FileManager.default.copyItem(atPath: Fixture.path("checkpoints/types.safetensors"), toPath: parts + "/more/other.safetensors")
        try lia("edit", "-m", parts, "-s", source, "--set", "across=0.25", "-o", folder.file("edited.png"), "-q")
        let portrait = ToyNetwork(gain: 0.5).encode(input(try Picture.read(source)))
        #expect(try Picture.read(folder.file("edited.png")) == Picture(portrait.picture(portrait.edited(portrait.motion, by: [0.25, 0]))))
        try lia("inspect", parts)
        try lia("convert", parts, folder.file("whole"), "-q")
        #expect(try folder.json("whole/model.json")["family"] as? String == "toy")
        // Two files of one name leave their tensors without names of their own.
        try FileManager.default.copyItem(atPath: parts + "/body.safetensors", toPath: parts + "/more/body.safetensors")
        #expect { try lia("inspect", parts) } throws: { "\($0)".contains("has the name of another checkpoint") }
    }

    @Test func isConvertedInspectedAndTakenFromAFolder() throws {
        try lia("convert", model, folder.file("toy"), "-q")
        let description = try folder.json("toy/model.json")
        #expect(description["family"] as? String == "toy" && description["axes"] as? Int == 2 && description["size"] as? Int == 64)
        try lia("inspect", folder.file("toy"), "--json")
        try lia("edit", "-m", folder.file("toy"), "-s", source, "--set", "2=-0.25", "-o", folder.file("edited.png"), "-q")
        let (_, portrait) = try portrait()
        #expect(try Picture.read(folder.file("edited.png")) == Picture(portrait.picture(portrait.edited(portrait.motion, by: [0, -0.25]))))
    }
}
