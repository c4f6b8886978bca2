import Faces
import Foundation
import Media
import ModelLibrary
import Testing
import TestSupport

/// The way of a photo: drawn people stand in larger pictures, are found, animated, and put back.
@Suite(.enabled(if: FacesCommandTests.arePresent, FacesCommandTests.absence)) struct PhotoTests {
    let folder: TemporaryFolder
    /// One person off the middle of 420×300 pixels; three of different sizes in 640×260.
    let photo, group: String
    let driving: String

    init() throws {
        folder = try TemporaryFolder()
        (photo, group, driving) = (folder.file("photo.png"), folder.file("group.png"), folder.file("driving.mp4"))
        try Self.scene(420, 300, [(3, 200, 20, 150)], folder).write(to: photo)
        try Self.scene(640, 260, [(1, 160, 20, 40), (5, 220, 210, 20), (7, 180, 445, 50)], folder).write(to: group)
        try lia(
            "puppets", "--identity", "8", "--motion", "5", "--energy", "1.3", "--frame-count", "8", "--size", "256", "--output", driving)
    }

    /// People by number, each a square of so many pixels at a place of a soft background.
    private static func scene(
        _ width: Int, _ height: Int, _ people: [(identity: Int, size: Int, x: Int, y: Int)], _ folder: TemporaryFolder
    ) throws -> Picture {
        var scene = Samples.picture(width: width, height: height, shift: 2)
        for person in people {
            let file = folder.file("person-\(person.identity)-\(person.size).png")
            _ = try CommandRun.lia([
                "puppets", "--identity", "\(person.identity)", "--size", "256", "--output", file, "--overwrite",
            ])
            let drawn = try Picture.read(file).resized(width: person.size, height: person.size)
            for row in 0..<person.size where row + person.y < height {
                let columns = min(person.size, width - person.x)
                let from = 3 * row * person.size, to = 3 * ((row + person.y) * width + person.x)
                scene.pixels.replaceSubrange(to..<to + 3 * columns, with: drawn.pixels[from..<from + 3 * columns])
            }
        }
        return scene
    }

    @discardableResult private func lia(_ arguments: String..., exitCode: Int32 = 0) throws -> CommandRun {
        let run = try CommandRun.lia(arguments)
        #expect(run.exitCode == exitCode, "\(run)")
        return run
    }

    /// What a run says of a crop, a batch says of its job.
    @Test func aBatchNamesSourcesWithoutAFace() throws {
        let sources = folder.file("sources")
        try FileManager.default.createDirectory(atPath: sources, withIntermediateDirectories: false)
        try Samples.picture(width: 200, height: 160, shift: 2).write(to: sources + "/blank.png")
        let line = "\(sources)/blank.png: no face found; cropped to the square in the middle"
        let alone = try lia("animate", "-s", sources + "/blank.png", "-d", driving, "-o", folder.file("alone.mp4"))
        #expect(alone.errors.contains("lia: \(line)"), "\(alone)")
        let batch = try lia("animate", "-s", sources + "/", "-d", driving, "-o", folder.file("results") + "/")
        #expect(batch.errors.contains("lia: \(sources)/blank.png by \(driving): \(line)"), "\(batch)")
        let manifest = try Data(contentsOf: URL(fileURLWithPath: folder.file("results/manifest.json")))
        #expect(String(decoding: manifest, as: UTF8.self).contains(line))
    }

    private struct Report: Decodable {
        struct Side: Decodable {
            struct Square: Decodable { let x, y, side, angle: Float }
            let crop: String
            let squares: [Square]
            let framesWithoutFace: Int
            let jitter: Jitter?
        }
        struct Jitter: Decodable { let before, after: Float }
        let source, driving: Side?
        let jitter: Jitter?
        let notes, warnings: [String]
        let frames: Int
        let width, height: Int?
        let referenceFrame: Int?
    }

    private func report(_ arguments: String...) throws -> Report {
        let run = try CommandRun.lia(arguments + ["--json", "--overwrite"])
        #expect(run.exitCode == 0, "\(run)")
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Report.self, from: Data(run.output.utf8))
    }

    private func frames(_ path: String) throws -> [Picture] { try Samples.frames(path).map(\.picture) }

    /// How many pixels differ inside and outside of squares.
    private func changes(_ a: Picture, _ b: Picture, _ squares: [Report.Side.Square]) throws -> (inside: [Int], outside: Int) {
        try #require(a.width == b.width && a.height == b.height)
        var inside = squares.map { _ in 0 }, outside = 0
        for y in 0..<a.height {
            for x in 0..<a.width {
                let place = 3 * (y * a.width + x)
                guard a.pixels[place..<place + 3] != b.pixels[place..<place + 3] else { continue }
                let own = squares.firstIndex { abs(Float(x) + 0.5 - $0.x) < $0.side / 2 && abs(Float(y) + 0.5 - $0.y) < $0.side / 2 }
                if let own { inside[own] += 1 } else { outside += 1 }
            }
        }
        return (inside, outside)
    }

    @Test func anUnmovedPortraitIsTheSourceAndAMovedOneStaysInItsSquare() throws {
        let out = folder.file("out/"), source = try Picture.read(photo)
        let report = try report("animate", "-s", photo, "-d", driving, "-o", out, "--preview", folder.file("crops.png"))
        let frames = try frames(out)
        #expect(report.frames == 8 && frames.count == 8 && report.width == 420 && report.height == 300)
        let square = try #require(report.source?.squares.first)
        // The square lies around the person, not in the middle of the picture, and is smaller than it.
        #expect(report.source?.crop == "face" && square.x < 200 && square.side < 290 && report.notes.isEmpty)
        // In relative transfer the first frame is unmoved.
        let still = try changes(source, frames[0], [square])
        let error =
            zip(source.pixels, frames[0].pixels).reduce(0.0) { $0 + pow(Double($1.0) - Double($1.1), 2) } / Double(source.pixels.count)
        #expect(still.outside == 0 && 10 * log10(255 * 255 / max(error, 1e-9)) > 45)
        let moved = try changes(source, frames[6], [square])
        #expect(moved.outside == 0 && moved.inside[0] > 2000)
        let preview = try Picture.read(folder.file("crops.png"))
        #expect(preview.height == 384 * 2 + 8 && preview.width > 384 * 2)
        // A result that is there already leaves no preview beside it.
        let again = try CommandRun.lia(["animate", "-s", photo, "-d", driving, "-o", out, "--preview", folder.file("again.png")])
        #expect(again.exitCode == 74 && again.errors.contains("exists already"), "\(again.errors)")
        #expect(!folder.names.contains("again.png"))
        // Without pasting back the square alone is there, of the model's size.
        let alone = try self.report(
            "animate", "-s", photo, "-d", driving, "-o", folder.file("alone.png"), "--no-paste-back", "--frames", "1")
        #expect(alone.width == alone.height && alone.source!.squares[0].side < square.side)
    }

    @Test func everyFaceOfAGroupMovesAndNothingElse() throws {
        let out = folder.file("out/"), source = try Picture.read(group)
        let all = try report("animate", "-s", group, "-d", driving, "-o", out, "--face", "all")
        let squares = try #require(all.source?.squares)
        #expect(squares.count == 3)
        let found = try changes(source, frames(out)[6], squares)
        #expect(found.outside == 0 && found.inside.allSatisfy { $0 > 500 })
        // The second largest alone.
        let second = try report("animate", "-s", group, "-d", driving, "-o", out, "--face", "2")
        let one = try changes(source, frames(out)[6], second.source!.squares)
        #expect(one.outside == 0 && abs(second.source!.squares[0].x - squares[1].x) < 2)
        #expect(
            try report("animate", "-s", group, "-d", driving, "-o", out, "--face", "left").source!.squares[0].x == squares.map(\.x).min())
        // The n-th by the n-th: here the driving picture is the group itself, all of whose faces are found in it.
        let both = try report(
            "animate", "-s", group, "-d", group, "-o", folder.file("both.png"), "--face", "all", "--driving-face", "all", "--mode",
            "absolute")
        #expect(both.driving?.squares.count == 3 && both.source?.squares.count == 3)
        // Each takes on its own pose, and stays nearer itself than when all take on that of the largest.
        _ = try report("animate", "-s", group, "-d", group, "-o", folder.file("one.png"), "--face", "all", "--mode", "absolute")
        func off(_ name: String) throws -> Int {
            zip(try Picture.read(folder.file(name)).pixels, source.pixels).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }
        }
        #expect(try off("both.png") < off("one.png"))
        let absent = try lia("animate", "-s", group, "-d", driving, "-o", folder.file("x.mp4"), "--face", "7", exitCode: 65)
        #expect(absent.errors.contains("has no face 7: it has 3") && absent.errors.split(separator: "\n").count == 1)
    }

    @Test func noFaceIsSaidOrRefused() throws {
        let disc = folder.file("disc.png"), discs = folder.file("discs.mp4")
        try Samples.picture(width: 90, height: 70).write(to: disc)
        try Samples.video(discs, frames: 4)
        let middle = try report("animate", "-s", disc, "-d", discs, "-o", folder.file("middle/"))
        #expect(middle.source?.crop == "centre" && middle.width == middle.height)
        #expect(middle.notes.contains { $0.contains("disc.png: no face found; cropped to the square in the middle") })
        let refused = try lia("animate", "-s", disc, "-d", discs, "-o", folder.file("x.mp4"), "--crop", "face", exitCode: 65)
        #expect(refused.errors.contains("no face found; pass --crop centre, or --crop x,y,side"))
        // A face that nothing drives is an error, not a guess.
        let undriven = try lia("animate", "-s", photo, "-d", discs, "-o", folder.file("x.mp4"), exitCode: 65)
        #expect(undriven.errors.contains("discs.mp4: no face found; pass --driving-crop centre"))
        for name in ["x.mp4"] { #expect(!FileManager.default.fileExists(atPath: folder.file(name))) }
        // By hand it goes, and is put back; beside the picture it does not.
        let hand = try report("animate", "-s", disc, "-d", discs, "-o", folder.file("hand/"), "--crop", "40,35,60,10")
        #expect(hand.source?.crop == "square" && hand.width == 90 && hand.height == 70 && abs(hand.source!.squares[0].angle - 10) < 1e-3)
        for square in ["500,35,60", "45,35,5000"] {
            let beside = try lia("animate", "-s", disc, "-d", discs, "-o", folder.file("x.mp4"), "--crop", square, exitCode: 65)
            #expect(beside.errors.contains("wants a square on the picture, which has 90×70 pixels"))
        }
        for wrong in [
            ["--crop", "1,2"], ["--face", "0"], ["--smooth", "2"], ["--paste-back", "--size", "64"], ["--paste-back", "--crop", "none"],
            ["--face", "all", "--no-paste-back"], ["--crop", "face", "--fit", "pad"],
        ] {
            #expect(
                try CommandRun.lia(["animate", "-s", disc, "-d", discs, "-o", folder.file("x.mp4")] + wrong).exitCode == 64, "\(wrong)")
        }
    }

    /// Faces that are cut by the border, 50 or 20 pixels large: each run ends well or says in one line why not.
    @Test func smallAndHalfFacesEndWell() throws {
        for (name, size, x, y) in [("half", 200, -90, 40), ("fifty", 80, 250, 200), ("twenty", 34, 250, 200)] {
            let file = folder.file("\(name).png"), person = folder.file("person-3-200.png")
            var scene = Samples.picture(width: 420, height: 300, shift: 2)
            let drawn = try Picture.read(person).resized(width: size, height: size)
            for row in 0..<size {
                for column in max(0, -x)..<size {
                    let from = 3 * (row * size + column), to = 3 * ((row + y) * 420 + column + x)
                    scene.pixels.replaceSubrange(to..<to + 3, with: drawn.pixels[from..<from + 3])
                }
            }
            try scene.write(to: file)
            let run = try CommandRun.lia(["animate", "-s", file, "-d", driving, "-o", folder.file("\(name).mp4"), "--frames", "1..3"])
            #expect(run.exitCode == 0 && !run.wasKilled && run.errors.split(separator: "\n").count <= 1, "\(name): \(run)")
            // A face of 80·0.55 pixels is found.
            if name == "fifty" { #expect(try frames(folder.file("fifty.mp4"))[0].width == 420) }
        }
    }

    /// A film of two people and of frames without anyone: 4 with a face, 3 without, 4 with.
    private func interrupted() throws -> String {
        let path = folder.file("interrupted.mp4"), people = try frames(driving)
        let writer = try VideoWriter(path: path, width: 256, height: 256, frameRate: Rational(25, 1), timeBase: Rational(1, 25))
        let empty = Samples.picture(width: 256, height: 256, shift: 2)
        for (index, picture) in (people[..<4] + [empty, empty, empty] + people[4...]).enumerated() {
            try writer.write(picture, time: Int64(index), duration: 1)
        }
        try writer.finish()
        return path
    }

    @Test func framesWithoutAFaceHoldTheMotion() throws {
        let film = try interrupted(), out = folder.file("held/")
        let report = try report("animate", "-s", photo, "-d", film, "-o", out)
        #expect(report.frames == 11 && report.driving?.framesWithoutFace == 3)
        #expect(report.notes.contains { $0.contains("no face in 3 frames, in which the motion before is held") })
        let frames = try frames(out)
        #expect(frames[3] == frames[4] && frames[4] == frames[6] && frames[6] != frames[8] && frames[0] != frames[3])
        let smooth = try self.report("animate", "-s", photo, "-d", film, "-o", out, "--smooth", "0.8")
        #expect(smooth.jitter!.after < smooth.jitter!.before && report.jitter!.before == report.jitter!.after)
        #expect(abs(smooth.jitter!.before - report.jitter!.before) < 1e-6)
        // A batch that is repeated still says it of a result that stays.
        let table = folder.file("jobs.csv"), manifest = folder.file("jobs.manifest.json")
        let job = "\(photo),\(film),\(folder.file("batch.mp4")),4..6"
        try Data("source,driving,output,frames\n\(job)\n".utf8).write(to: URL(fileURLWithPath: table))
        for state in ["done", "skipped"] {
            #expect(try CommandRun.lia(["animate", "--batch", table, "--quiet"]).exitCode == 0)
            let text = try String(contentsOfFile: manifest, encoding: .utf8)
            #expect(text.contains("\"\(state)\"") && text.contains("no face in 2 frames"), "\(text)")
        }
        // Of a source, frames without a face stay as they are.
        let edited = folder.file("edited/"), own = try self.frames(film)
        let said = try self.report("animate", "-s", film, "--set", "3=2", "-o", edited).notes
        #expect(said.contains { $0.hasSuffix("no face in 3 frames, which stay as they are") }, "\(said)")
        let result = try self.frames(edited)
        #expect(result.count == 11 && result[5] == own[5] && result[0] != own[0] && result[10] != own[10])
    }

    /// Frames before a face is first seen take the motion of that one, so that nothing moves in them, from the film and from its motion.
    @Test func framesBeforeTheFirstFaceAreEncodedAsIt() throws {
        let path = folder.file("late.mp4"), people = try frames(driving)
        let writer = try VideoWriter(path: path, width: 256, height: 256, frameRate: Rational(25, 1), timeBase: Rational(1, 25))
        let empty = Samples.picture(width: 256, height: 256, shift: 2)
        for (index, picture) in ([empty, empty, empty] + people[..<4]).enumerated() {
            try writer.write(picture, time: Int64(index), duration: 1)
        }
        try writer.finish()
        let motion = folder.file("late.json"), encoded = try report("encode", path, "-o", motion)
        #expect(encoded.frames == 7 && encoded.notes.contains { $0.contains("no face in 3 frames, in which the motion before is held") })
        let outputs = [(path, "late/"), (motion, "played/")].map { ($0, folder.file($1)) }
        for (input, output) in outputs { _ = try report("animate", "-s", photo, "-d", input, "-o", output) }
        let results = try outputs.map { try frames($0.1) }
        #expect(results[0].count == 7 && results[0] == results[1])
        #expect(results[0][0] == results[0][3] && results[0][3] != results[0][6])
    }

    @Test func aFilmIsAnimatedInPlaceWithItsSound() throws {
        // Sound of a film, and a person in its pictures: a frame a picture.
        let film = folder.file("film.mp4"), sound = Fixture.path("media/sound.mp4")
        let writer = try VideoWriter(
            path: film, width: 420, height: 300, frameRate: Rational(25, 1), timeBase: Rational(1, 25), audio: AudioSource(path: sound))
        let picture = try Picture.read(photo)
        for frame in 0..<20 { try writer.write(picture, time: Int64(frame), duration: 1) }
        try writer.finish()
        let whole = try MovieSamples(Data(contentsOf: URL(fileURLWithPath: film)))
        for command in ["animate", "edit"] {
            let out = folder.file("\(command).mp4")
            let report = try report(command, "-s", film, "--set", "3=2", "-o", out)
            #expect(report.frames == 20 && report.width == 420 && report.height == 300 && report.source?.crop == "face")
            #expect(try MovieSamples(Data(contentsOf: URL(fileURLWithPath: out))).sound == whole.sound)
        }
        // Cut where the shorter ends, or begun again.
        let cut = try report("animate", "-s", film, "-d", driving, "-o", folder.file("cut/")), looped = folder.file("looped/")
        #expect(cut.frames == 8)
        #expect(try report("animate", "-s", film, "-d", driving, "-o", looped, "--loop").frames == 20)
        let frames = try frames(looped)
        // The film's frames differ by their compression alone.
        func distance(_ a: Int, _ b: Int) -> Int {
            zip(frames[a].pixels, frames[b].pixels).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }
        }
        #expect(3 * distance(6, 14) < distance(6, 0) && 3 * distance(8, 0) < distance(6, 0))
        // A driving picture lasts as long as the source.
        #expect(try report("animate", "-s", film, "-d", photo, "-o", folder.file("one.mp4"), "--mode", "absolute").frames == 20)
        // Of several frames of the source, followed.
        let followed = try report("animate", "-s", film, "--set", "3=2", "-o", folder.file("followed.mp4"), "--crop", "follow")
        #expect(followed.source?.crop == "follow" && followed.source?.jitter != nil)
        #expect(try report("encode", film, "-o", folder.file("film.json")).frames == 20)
        #expect(
            try lia("animate", "-s", film, "-o", folder.file("nothing.mp4"), exitCode: 64).errors.contains(
                "--driving, --audio or --set is missing"))
    }

    /// A driving head that begins turned away from the source's: a note names the nearer frame, and auto starts there.
    @Test func theFirstFrameIsToldAndChosen() throws {
        let film = folder.file("turning.mp4")
        let writer = try VideoWriter(path: film, width: 256, height: 256, frameRate: Rational(25, 1), timeBase: Rational(1, 25))
        for (index, yaw) in ["0.6", "0.4", "0.2", "0.05", "0.0"].enumerated() {
            let file = folder.file("turn-\(index).png")
            try lia("puppets", "--identity", "8", "--size", "256", "--output", file, "--pose", "yaw=\(yaw)")
            try writer.write(try Picture.read(file), time: Int64(index), duration: 1)
        }
        try writer.finish()
        let told = try report("animate", "-s", photo, "-d", film, "-o", folder.file("told.mp4"))
        #expect(told.referenceFrame == 1 && told.notes.contains { $0.contains("--reference auto starts from it") }, "\(told.notes)")
        let chosen = try report("animate", "-s", photo, "-d", film, "-o", folder.file("auto.mp4"), "--reference", "auto")
        #expect((4...5).contains(chosen.referenceFrame ?? 0) && chosen.notes.isEmpty)
        // A driving video that suits is left at its first frame.
        #expect(try report("animate", "-s", photo, "-d", driving, "-o", folder.file("auto.mp4"), "--reference", "auto").referenceFrame == 1)
    }

    /// The driving square is laid so that the driving face lies in it as the source's in its own, also where its head is tilted.
    @Test func alignedSquaresFollowTheSource() throws {
        let tilted = folder.file("tilted.png")
        try lia("puppets", "--identity", "3", "--size", "256", "--output", tilted, "--pose", "roll=0.25")
        let plain = try report("animate", "-s", photo, "-d", tilted, "-o", folder.file("a.png"), "--mode", "absolute")
        let aligned = try report("animate", "-s", photo, "-d", tilted, "-o", folder.file("b.png"), "--mode", "absolute", "--align")
        #expect(plain.driving?.squares[0].angle == 0 && abs(abs(aligned.driving!.squares[0].angle) - 0.25 * 180 / .pi) < 5)
        // The same person in the same place: the portrait stays nearer its source.
        let source = try Picture.read(photo)
        func distance(_ name: String) throws -> Int {
            zip(try Picture.read(folder.file(name)).pixels, source.pixels).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }
        }
        #expect(try distance("b.png") < distance("a.png"))
    }

    /// Without the networks everything goes on in the middle, and one line says how they are brought.
    @Test func absentNetworksAreNoHindrance() throws {
        let home = folder.file("home"), models = folder.file("models"), copy = folder.file("elsewhere/lia")
        for path in [home, models, folder.file("elsewhere")] {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        }
        try FileManager.default.copyItem(atPath: CommandRun.program, toPath: copy)
        let own = ModelLocator.models().first { $0.path.hasSuffix("/portrait") }.map(\.path)
        try FileManager.default.createSymbolicLink(atPath: models + "/portrait", withDestinationPath: try #require(own))
        func run(_ more: [String]) throws -> CommandRun {
            try CommandRun.lia(
                ["animate", "-s", photo, "-d", driving, "-o", folder.file("middle.mp4"), "--frames", "1..2", "--overwrite"] + more,
                environment: ["LIA_MODELS": models, "HOME": home, "XDG_DATA_HOME": home],
                launcher: ["/bin/sh", "-c", "shift; exec '\(copy)' \"$@\"", "sh"])
        }
        let plain = try run([])
        #expect(plain.exitCode == 0 && plain.errors.split(separator: "\n").count == 1, "\(plain)")
        #expect(plain.errors.contains("Tools/install-dependencies --faces") && plain.output.contains("2 frames"))
        #expect(try run(["--crop", "centre"]).errors.isEmpty)
        let needed = try run(["--crop", "face"])
        #expect(needed.exitCode == 65 && needed.errors.contains("Tools/install-dependencies --faces"))
    }
}
