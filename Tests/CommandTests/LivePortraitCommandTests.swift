import Animation
import Files
import Foundation
import Media
import Networks
import Tensors
import Testing
import TestSupport
import lia

/// LivePortrait through every command, with the authors' layout of files and a small network.
@Suite(.serialized) struct LivePortraitCommandTests {
    private let folder: TemporaryFolder
    private let source: String, driving: String
    private let model = Fixture.path("liveportrait/small"), template = Fixture.path("liveportrait/template.pkl")
    private let network: LivePortrait

    init() throws {
        folder = try TemporaryFolder()
        (source, driving) = (folder.file("source.png"), folder.file("driving.mp4"))
        try Samples.picture(width: 64, height: 64).write(to: source)
        try Samples.video(driving, frames: 5)
        network = try .small()
    }

    private func lia(_ arguments: String...) throws { try Program.execute(arguments) }

    private func refusal(_ arguments: String...) -> String { FamilyCommands.refusal(arguments) }

    private func frames(_ path: String) throws -> [Picture] { try Samples.frames(path).map(\.picture) }

    private func input(_ picture: Picture) -> Tensor { Tensor(picture.fittedLinearly(toSquare: 64, .crop)) }

    private func portrait() throws -> any EncodedPortrait { try network.encode(input(try Picture.read(source))) }

    @Test func isAnimated() throws {
        try lia("animate", "-m", model, "-s", source, "-d", driving, "-o", folder.file("out/"), "-q")
        let portrait = try portrait(), motions = try frames(driving).map { try network.motion(of: input($0)) }
        let found = try frames(folder.file("out/"))
        #expect(found.count == 5 && found[0].width == 128)
        for (index, frame) in found.enumerated() {
            let target = network.transfer(Transfer(), driving: motions[index], reference: motions[0], to: portrait)
            FamilyCommands.expectSame(frame, Picture(portrait.picture(target)), "frame \(index)")
        }
        // The family's own choices change what is made.
        for (index, choice) in [
            ["--region", "lips"], ["--no-stitching"], ["--eyes", "0.6"], ["--lips", "0.4"], ["--mode", "absolute"], ["--animal"],
        ].enumerated() {
            try Program.execute(
                ["animate", "-m", model, "-s", source, "-d", driving, "-o", folder.file("choice\(index)/"), "-q"] + choice)
            #expect(try frames(folder.file("choice\(index)/"))[4] != found[4], "\(choice)")
        }
        try lia("animate", "-m", model, "-s", source, "-d", driving, "-o", folder.file("still/"), "--strength", "0", "-q")
        let still = try frames(folder.file("still/"))
        for (index, frame) in still.enumerated() { FamilyCommands.expectSame(frame, still[0], "still frame \(index)") }
    }

    @Test func encodedMotionIsTheVideo() throws {
        try lia("encode", driving, "-m", model, "-o", folder.file("motion.json"), "-q")
        let frames = try #require(try folder.json("motion.json")["frames"] as? [[String: Any]])
        #expect(frames.count == 5 && (frames[0]["magnitudes"] as? [Double])?.count == network.motionCount && frames[0]["code"] == nil)
        for mode in ["relative", "absolute"] {
            for input in [driving, folder.file("motion.json")] {
                let out = folder.file("\(mode)-\(input == driving ? "video" : "motion")/")
                try lia("animate", "-m", model, "-s", source, "-d", input, "-o", out, "--mode", mode, "-q")
            }
            #expect(try self.frames(folder.file("\(mode)-video/")) == self.frames(folder.file("\(mode)-motion/")))
        }
    }

    @Test(arguments: ["template.pkl", "template-old-keys.pkl"]) func templatesDrive(_ name: String) throws {
        try lia(
            "animate", "-m", model, "-s", source, "-d", Fixture.path("liveportrait/" + name), "-o", folder.file("out.mp4"), "--eyes",
            "driving",
            "--mode", "absolute", "-q")
        let reader = try FrameReader(folder.file("out.mp4"))
        #expect(reader.frameRate == Rational(25, 1) && reader.frameCount == 4)
        try lia("animate", "-m", model, "-s", source, "-d", Fixture.path("liveportrait/" + name), "-o", folder.file("out/"), "-q")
        let portrait = try portrait(), clip = try #require(try network.clip(at: Fixture.path("liveportrait/" + name)))
        for (frame, motion) in zip(try frames(folder.file("out/")), clip.frames) {
            let target = network.transfer(Transfer(), driving: motion, reference: clip.frames[0], to: portrait)
            FamilyCommands.expectSame(frame, Picture(portrait.picture(target)), name)
        }
    }

    /// A template as JSON moves a portrait as the template itself does, and of both what concerns pictures is refused.
    @Test func templatesAreEncoded() throws {
        let motion = folder.file("motion.json")
        try lia("encode", "-m", model, template, "-o", motion, "--frames", "2..4", "-q")
        for (input, out) in [(template, "template/"), (motion, "motion/")] {
            let frames = input == template ? ["--frames", "2..4"] : []
            try Program.execute(["animate", "-m", model, "-s", source, "-d", input, "-o", folder.file(out), "-q"] + frames)
        }
        let found = try frames(folder.file("motion/"))
        #expect(try found.count == 3 && found == frames(folder.file("template/")))
        for option in [["--align"], ["--driving-crop", "face"], ["--driving-face", "2"]] {
            for input in [template, motion] {
                let said = FamilyCommands.refusal(
                    ["animate", "-m", model, "-s", source, "-d", input, "-o", folder.file("out.mp4"), "-q"] + option)
                #expect(said.contains("\(input): is motion without pictures, and \(option[0])"), "\(said)")
            }
        }
        #expect(
            refusal("encode", "-m", model, template, "-o", folder.file("b.json"), "--crop", "face", "-q").contains("leave --crop"))
        #expect(
            refusal("encode", "-m", model, template, "-o", folder.file("b.json"), "--frames", "9..", "-q").contains("has no frames 9..: it")
        )
        #expect(!folder.names.contains("out.mp4") && !folder.names.contains("b.json"))
    }

    @Test func damagedTemplatesAreRefusedInOneLine() throws {
        var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: template)))
        // "n_frames" and its number: MEMOIZE, BININT1, 4.
        let name = try #require(bytes.indices.first { bytes[$0...].starts(with: Array("n_frames".utf8)) })
        #expect(Array(bytes[name + 8..<name + 11]) == [0x94, UInt8(ascii: "K"), 4])
        bytes[name + 10] = 5
        let wrong = folder.file("wrong.pkl"), cut = folder.file("cut.pkl"), bad = folder.file("bad.pkl")
        try Data(bytes).write(to: URL(fileURLWithPath: wrong))
        try Data(bytes[..<2000]).write(to: URL(fileURLWithPath: cut))
        var hostile: [UInt8] = [0x80, 2]
        hostile += Array("cos\nsystem\n(X".utf8)
        hostile += [8, 0, 0, 0]
        hostile += Array("touch xytR.".utf8)
        try Data(hostile).write(to: URL(fileURLWithPath: bad))
        for (path, expected) in [
            (wrong, "says n_frames 5, and its \"motion\" has 4 frames"), (cut, "cut short"), (bad, "names 'os.system'"),
        ] {
            let said = refusal("animate", "-m", model, "-s", source, "-d", path, "-o", folder.file("out.mp4"), "-q")
            #expect(said.contains(expected) && said.contains(path) && !said.dropLast().contains("\n"), "\(said)")
        }
        // A motion that is no head's, and an option that would do nothing.
        let zeros = Array(repeating: "0", count: network.motionCount).joined(separator: ","), none = folder.file("none.json")
        try Data(#"{"format":"lia-motion","frame_rate":25,"frames":[{"magnitudes":[\#(zeros)]}]}"#.utf8).write(
            to: URL(fileURLWithPath: none))
        let noHead = refusal("animate", "-m", model, "-s", source, "-d", none, "-o", folder.file("out.mp4"), "-q")
        #expect(noHead.contains("none.json: frame 1 cannot be a head's: expected a scale"), "\(noHead)")
        let noCodes = refusal("encode", driving, "-m", model, "-o", folder.file("motion.json"), "--no-codes", "-q")
        #expect(noCodes.contains("leave --no-codes out"), "\(noCodes)")
        // Another family has no such files.
        let said = refusal(
            "animate", "-m", Fixture.path("reference/lia-tiny.pt"), "-s", source, "-d", template, "-o", folder.file("out.mp4"), "-q")
        #expect(said.contains("which model lia-tiny") && said.contains("does not read"), "\(said)")
        #expect(!folder.names.contains("out.mp4"))
    }

    @Test func whatAFamilyCannotChooseIsRefused() throws {
        let tiny = Fixture.path("reference/lia-tiny.pt")
        for (options, expected) in [
            (["--region", "lips"], "cannot choose a region of the face to transfer; leave --region out"),
            (["--no-stitching"], "leave --no-stitching out"), (["--eyes", "0.3"], "leave --eyes and --keep-eyes out"),
        ] {
            let said = FamilyCommands.refusal(
                ["animate", "-m", tiny, "-s", source, "-d", driving, "-o", folder.file("out.mp4"), "-q"] + options)
            #expect(said.contains("family LIA") && said.contains(expected), "\(said)")
        }
        #expect(
            refusal("animate", "-m", model, "-s", source, "-d", driving, "-o", folder.file("out.mp4"), "--only", "smile", "-q")
                .contains("leave --only and --without out"))
        #expect(
            refusal("animate", "-m", model, "-s", source, "-d", driving, "-o", folder.file("out.mp4"), "--keep-eyes", "-q")
                .contains("--keep-eyes is for a source video"))
        // Nothing tells how far the source's lips are open.
        #expect(
            refusal("animate", "-m", model, "-s", source, "-d", template, "-o", folder.file("out.mp4"), "--close-lips", "-q")
                .contains("source.png: does not tell how far eyes and lips are open"))
        // No face is seen in these frames.
        #expect(
            refusal("animate", "-m", model, "-s", source, "-d", driving, "-o", folder.file("out.mp4"), "--eyes", "driving", "-q")
                .contains("does not tell how far eyes and lips are open"))
        #expect(!folder.names.contains("out.mp4"))
    }

    /// A single picture moves a portrait in relative mode, too: it is measured from a face at rest.
    @Test func onePictureDrives() throws {
        let other = folder.file("other.png")
        try Samples.picture(width: 64, height: 64, shift: 0.2).write(to: other)
        try lia("animate", "-m", model, "-s", source, "-d", other, "-o", folder.file("out.png"), "-q")
        let portrait = try portrait(), motion = try network.motion(of: input(try Picture.read(other)))
        var transfer = Transfer()
        transfer.situation.isDrivingStill = true
        let target = network.transfer(transfer, driving: motion, reference: motion, to: portrait)
        FamilyCommands.expectSame(try Picture.read(folder.file("out.png")), Picture(portrait.picture(target)), "one picture")
        #expect(target.values != portrait.motion.values)
    }

    @Test func aSourceVideoIsSmoothedAsAWhole() throws {
        let own = folder.file("own.mp4")
        try Samples.video(own, frames: 7)
        try lia("animate", "-m", model, "-s", own, "-d", driving, "-o", folder.file("out/"), "--smooth", "0.5", "-q")
        // Nothing tells how far the eyes of its frames are open.
        #expect(
            refusal("animate", "-m", model, "-s", own, "-d", driving, "-o", folder.file("kept/"), "--keep-eyes", "-q")
                .contains("own.mp4: does not tell how far eyes and lips are open"))
        let found = try frames(folder.file("out/"))
        // The shorter side counts.
        #expect(found.count == 5)
        var transfer = Transfer()
        transfer.situation.isSourceMoving = true
        let portraits = try frames(own).prefix(5).map { try network.encode(input($0)) }
        let motions = try frames(driving).map { try network.motion(of: input($0)) }
        transfer.situation.sourceStart = portraits[0].motion
        let smooth = network.smoothed(
            zip(portraits, motions).map { DrivenFrame(own: $0.motion, driving: $1) }, reference: motions[0], transfer, strength: 0.5)
        for (index, portrait) in portraits.enumerated() {
            let target = network.transfer(transfer, driving: smooth[index], reference: motions[0], to: portrait)
            FamilyCommands.expectSame(found[index], Picture(portrait.picture(target)), "frame \(index)")
        }
    }

    @Test func isEditedAndPutBack() throws {
        try lia("edit", "-m", model, "-s", source, "--set", "smile=1,turn=10,eyes=0.2", "-o", folder.file("edited.png"), "-q")
        let portrait = try portrait()
        var amounts = [Float](repeating: 0, count: network.controls.count)
        for (name, amount) in [("smile", Float(1)), ("turn", 10), ("eyes", 0.2)] {
            amounts[try #require(network.controls.first { $0.name == name }).number - 1] = amount
        }
        #expect(try Picture.read(folder.file("edited.png")) == Picture(portrait.picture(portrait.edited(portrait.motion, by: amounts))))
        // What is written of an edit plays as the edit.
        try lia(
            "edit", "-m", model, "-s", source, "--set", "smile=1,turn=10,eyes=0.2,size=0.1", "-o", folder.file("sized.png"),
            "--motion-output", folder.file("edited.json"), "-q")
        try lia(
            "animate", "-m", model, "-s", source, "-d", folder.file("edited.json"), "--mode", "absolute", "-o", folder.file("played.png"),
            "-q")
        FamilyCommands.expectSame(
            try Picture.read(folder.file("played.png")), try Picture.read(folder.file("sized.png")), "the edit played")
        // A turned square of a larger picture: what lies beyond it stays bit for bit, and the result has the picture's size.
        let large = Samples.picture(width: 301, height: 203)
        try large.write(to: folder.file("large.png"))
        try lia(
            "edit", "-m", model, "-s", folder.file("large.png"), "--set", "open=60", "--crop", "150,100,90,20", "-o",
            folder.file("pasted.png"), "-q")
        let pasted = try Picture.read(folder.file("pasted.png"))
        #expect(pasted.width == 301 && pasted.height == 203)
        var inside = 0
        for y in 0..<203 {
            for x in 0..<301 {
                let place = 3 * (301 * y + x), isChanged = pasted.pixels[place..<place + 3] != large.pixels[place..<place + 3]
                let (u, v) = (Double(x - 150), Double(y - 100)), distance = (u * u + v * v).squareRoot()
                if isChanged { #expect(distance < 66) }
                if isChanged, distance < 30 { inside += 1 }
            }
        }
        #expect(inside > 1000)
    }

    @Test func isExploredComparedAndEvaluated() throws {
        try lia(
            "explore", "-m", model, "-s", source, "-o", folder.file("atlas/"), "--directions", "turn,smile,open", "--steps", "3", "-q")
        let table = try folder.json("atlas/table.json"), rows = try #require(table["directions"] as? [[String: Any]])
        #expect(rows.map { $0["name"] as? String } == ["turn", "smile", "open"])
        // Each over its own range.
        #expect(rows[0]["amounts"] as? [Double] == [-25, 0, 25] && rows[2]["amounts"] as? [Double] == [-90, 15, 120])
        try lia("compare", "-m", model, "-s", source, "-d", driving, "-o", folder.file("report/"), "-q")
        #expect((try folder.json("report/table.json")["pairs"] as? [[String: Any]])?.count == 1)
        try FileManager.default.createDirectory(atPath: folder.file("clips"), withIntermediateDirectories: true)
        try Samples.video(folder.file("clips/a.mp4"), frames: 3)
        try Samples.video(folder.file("clips/b.mp4"), frames: 3)
        for task in ["reconstruction", "cross"] {
            try lia("evaluate", "-m", model, "--task", task, "--data", folder.file("clips"), "--no-cache", "-q")
        }
    }

    @Test func isConvertedAndInspected() throws {
        try lia("convert", model, folder.file("small"), "-q")
        #expect(try folder.json("small/model.json")["family"] as? String == "liveportrait")
        try lia("inspect", folder.file("small"))
        for path in [model, folder.file("small")] {
            try lia("edit", "-m", path, "-s", source, "--set", "nod=5", "-o", folder.file(path == model ? "a.png" : "b.png"), "-q")
        }
        #expect(try Samples.pixels(folder.file("a.png")) == Samples.pixels(folder.file("b.png")))
        // The weights of another family in its place are called what they are.
        let weights = folder.file("small/weights.safetensors")
        try lia("convert", Fixture.path("reference/lia-tiny.pt"), folder.file("tiny"), "-q")
        try FileManager.default.removeItem(atPath: weights)
        try FileManager.default.copyItem(atPath: folder.file("tiny/weights.safetensors"), toPath: weights)
        let said = refusal("inspect", folder.file("small"))
        let edit = refusal("edit", "-m", folder.file("small"), "-s", source, "--set", "nod=5", "-o", folder.file("c.png"), "-q")
        #expect(said.isEmpty && edit.contains("holds a LIA network, and model.json says LivePortrait"), "\(said) \(edit)")
    }
}
