import Animation
import Files
import Foundation
import Media
import ModelLibrary
import Networks
import Tensors
import Testing
import TestSupport
import lia

/// The First Order Motion Model through every command, with small networks in the layout that is published.
@Suite(.serialized) struct FirstOrderCommandTests {
    private let folder: TemporaryFolder
    private let source: String, driving: String
    private let model = Fixture.path("fomm/fomm-adv-tiny.pth.tar")
    private let network: any VideoDriven

    init() throws {
        folder = try TemporaryFolder()
        (source, driving) = (folder.file("source.png"), folder.file("driving.mp4"))
        try Samples.picture(width: 64, height: 64).write(to: source)
        try Samples.video(driving, frames: 5)
        network = try ModelLocator.model(model).videoDriven
    }

    private func lia(_ arguments: String...) throws { try Program.execute(arguments) }

    private func refusal(_ arguments: String...) -> String { FamilyCommands.refusal(arguments) }

    private func frames(_ path: String) throws -> [Picture] { try Samples.frames(path).map(\.picture) }

    private func input(_ picture: Picture) -> Tensor { Tensor(picture.fitted(toSquare: 64, .crop)) }

    private func portrait() throws -> any EncodedPortrait { try network.encode(input(try Picture.read(source))) }

    @Test func isAnimatedInEveryMode() throws {
        let portrait = try portrait(), motions = try frames(driving).map { try network.motion(of: input($0)) }
        var adapted = Transfer(.relative)
        adapted.adaptsScale = true
        let best = TargetMotion(Transfer()).bestReference(motions, portrait, on: network)
        for (index, (options, transfer, reference)) in [
            ([], Transfer(.relative), 0), (["--mode", "absolute"], Transfer(.absolute), 0), (["--adapt-scale"], adapted, 0),
            (["--reference", "3", "--adapt-scale"], adapted, 2), (["--reference", "best"], Transfer(.relative), best),
            (["--only", "kp2.x,kp2.y"], Transfer(.relative, controls: [5, 6]), 0),
            (["--strength", "0.5"], Transfer(.relative, strength: 0.5), 0),
        ].enumerated() {
            let out = folder.file("out\(index)/")
            try Program.execute(["animate", "-m", model, "-s", source, "-d", driving, "-o", out, "-q"] + options)
            let found = try frames(out)
            #expect(found.count == 5 && found[0].width == 64)
            for (number, frame) in found.enumerated() {
                let target = network.transfer(transfer, driving: motions[number], reference: motions[reference], to: portrait)
                FamilyCommands.expectSame(frame, Picture(portrait.picture(target)), "\(options), frame \(number)")
            }
            if index > 0 { #expect(try found[4] != frames(folder.file("out0/"))[4] || options.contains("best")) }
        }
        // A video is a source, too, and a result may carry its source's detail.
        try lia("animate", "-m", model, "-s", driving, "-d", driving, "-o", folder.file("moving/"), "-q")
        #expect(try frames(folder.file("moving/")).count == 5)
        try lia("animate", "-m", model, "-s", source, "-d", driving, "-o", folder.file("sharp/"), "--detail", "--strength", "0", "-q")
        #expect(try frames(folder.file("sharp/"))[3] == Picture.read(source))
    }

    @Test func encodedMotionIsTheVideo() throws {
        try lia("encode", driving, "-m", model, "-o", folder.file("motion.json"), "-q")
        let frames = try #require(try folder.json("motion.json")["frames"] as? [[String: Any]])
        #expect(frames.count == 5 && (frames[0]["magnitudes"] as? [Double])?.count == 30)
        for mode in ["relative", "absolute"] {
            for input in [driving, folder.file("motion.json")] {
                let out = folder.file("\(mode)-\(input == driving ? "video" : "motion")/")
                try lia("animate", "-m", model, "-s", source, "-d", input, "-o", out, "--mode", mode, "-q")
            }
            #expect(try self.frames(folder.file("\(mode)-video/")) == self.frames(folder.file("\(mode)-motion/")))
        }
        // Another network's key points.
        let said = refusal(
            "animate", "-m", Fixture.path("fomm/fomm-mgif-tiny.pth.tar"), "-s", source, "-d", folder.file("motion.json"), "-o",
            folder.file("out.mp4"), "-q")
        #expect(said.contains("expected motion along 24 directions"), "\(said)")
    }

    @Test func isEdited() throws {
        try lia("edit", "-m", model, "-s", source, "--set", "kp1.x=0.2,kp3.spread=0.5,kp3.turn=-20", "-o", folder.file("edited.png"), "-q")
        let portrait = try portrait()
        var amounts = [Float](repeating: 0, count: 20)
        (amounts[0], amounts[10], amounts[11]) = (0.2, 0.5, -20)
        let expected = Picture(portrait.picture(portrait.edited(portrait.motion, by: amounts)))
        #expect(try Picture.read(folder.file("edited.png")) == expected)
        #expect(refusal("edit", "-m", model, "-s", source, "--set", "kp9.x=1", "-o", folder.file("no.png"), "-q").contains("kp9.x"))
    }

    @Test func isExploredComparedAndEvaluated() throws {
        try lia(
            "explore", "-m", model, "-s", source, "-o", folder.file("atlas/"), "--directions", "kp1.x,kp2.turn", "--steps", "3", "-q")
        let rows = try #require(try folder.json("atlas/table.json")["directions"] as? [[String: Any]])
        #expect(rows.map { $0["name"] as? String } == ["kp1.x", "kp2.turn"])
        let both = model + "," + Fixture.path("reference/lia-tiny.pt")
        try lia("compare", "-m", both, "-s", source, "-d", driving, "-o", folder.file("report/"), "-q")
        let table = try folder.json("report/table.json"), variants = try #require(table["variants"] as? [[String: Any]])
        #expect(Set(variants.compactMap { $0["model"] as? String }) == ["fomm-adv-tiny", "lia-tiny"])
        try FileManager.default.createDirectory(atPath: folder.file("clips"), withIntermediateDirectories: true)
        try Samples.video(folder.file("clips/a.mp4"), frames: 3)
        try Samples.video(folder.file("clips/b.mp4"), frames: 3)
        for task in ["reconstruction", "cross"] {
            try lia("evaluate", "-m", model, "--task", task, "--data", folder.file("clips"), "--no-cache", "-q")
        }
    }

    @Test(arguments: ["adv", "mgif", "plain"]) func isConvertedAndInspected(_ kind: String) throws {
        let file = Fixture.path("fomm/fomm-\(kind)-tiny.pth.tar")
        try lia("convert", file, folder.file("model"), "-q")
        try lia("convert", file, folder.file("half"), "--float16", "-q")
        let description = try folder.json("model/model.json")
        #expect(description["family"] as? String == "fomm" && description["align_corners"] as? Bool == false)
        #expect(description["size"] as? Int == ["adv": 64, "mgif": 48, "plain": 32][kind])
        try lia("inspect", folder.file("model"), "--json")
        var pictures: [[UInt8]] = []
        for (index, path) in [file, folder.file("model"), folder.file("half")].enumerated() {
            try lia("animate", "-m", path, "-s", source, "-d", driving, "-o", folder.file("\(index)/"), "--mode", "absolute", "-q")
            pictures.append(try frames(folder.file("\(index)/"))[4].pixels)
        }
        #expect(pictures[0] == pictures[1])
        #expect(zip(pictures[0], pictures[2]).allSatisfy { abs(Int($0) - Int($1)) <= 6 })
        // The setting is stored, kept by further conversions, and changes pictures.
        try lia("convert", folder.file("model"), folder.file("aligned"), "--set", "align_corners=true", "-q")
        try lia("convert", folder.file("aligned"), folder.file("again"), "-q")
        #expect(try folder.json("again/model.json")["align_corners"] as? Bool == true)
        try lia("animate", "-m", folder.file("again"), "-s", source, "-d", driving, "-o", folder.file("3/"), "--mode", "absolute", "-q")
        #expect(try frames(folder.file("3/"))[4].pixels != pictures[0])
    }

    @Test func whatCannotBeIsRefused() throws {
        for (arguments, said) in [
            (["convert", model, folder.file("no"), "--set", "size=70"], "multiple of 32 px"),
            (["convert", model, folder.file("no"), "--set", "depth=3"], "has no setting \"depth\""),
            (["convert", Fixture.path("reference/lia-tiny.pt"), folder.file("no"), "--set", "size=64"], "leave --set out"),
            (["convert", model, folder.file("no"), "--set", "align_corners=maybe"], "cannot have align_corners \"maybe\""),
            (["animate", "-m", model, "-s", source, "-d", driving, "-o", folder.file("no.mp4"), "--region", "lips"], "leave --region out"),
            (
                [
                    "animate", "-m", Fixture.path("reference/lia-tiny.pt"), "-s", source, "-d", driving, "-o", folder.file("no.mp4"),
                    "--adapt-scale",
                ],
                "leave --adapt-scale out"
            ),
        ] {
            var found = ""
            do { try Program.execute(arguments + ["-q"]) } catch { found = "\(error)" }
            #expect(found.contains(said) && !found.dropLast().contains("\n"), "\(found)")
        }
        #expect(!folder.names.contains("no") && !folder.names.contains("no.mp4"))
        let run = try CommandRun.lia([
            "animate", "-m", model, "-s", source, "-d", driving, "-o", folder.file("no.mp4"), "--mode", "absolute", "--adapt-scale",
        ])
        #expect(run.exitCode == 64 && run.errors.contains("--adapt-scale is for --mode relative"), "\(run.errors)")
    }
}
