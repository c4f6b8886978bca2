import Checkpoints
import Foundation
import Media
import Networks
import Operators
import Tensors
import Testing
import TestSupport

/// `lia animate` as users run it, with the small reference network.
@Suite struct AnimateTests {
    static let model = Fixture.path("reference/lia-tiny.pt")
    let folder: TemporaryFolder
    let source, driving: String

    init() throws {
        folder = try TemporaryFolder()
        source = folder.file("source.png")
        driving = folder.file("driving.mp4")
        try Samples.picture(width: 90, height: 70).write(to: source)
        try Samples.video(driving, frames: 12)
    }

    private func animate(_ output: String, _ more: [String] = [], driving: String? = nil) throws -> CommandRun {
        try CommandRun.lia(
            [
                "animate", "--model", Self.model, "--source", source, "--driving", driving ?? self.driving, "--output",
                folder.file(output),
            ] + (more.contains("--fit") ? [] : ["--crop", "centre"]) + more)
    }

    private func frames(_ name: String) throws -> [VideoFrame] { try Samples.frames(folder.file(name)) }

    @Test(arguments: ["out.mp4", "out.mov", "out.webm", "out.gif", "out/"])
    func everyFormatHasTheDrivingFrames(_ output: String) throws {
        let run = try animate(output)
        #expect(run.exitCode == 0 && run.errors.isEmpty, "\(run.errors)")
        let frames = try frames(output)
        #expect(frames.count == 12)
        #expect(frames.allSatisfy { $0.picture.width == 64 && $0.picture.height == 64 })
        #expect(run.output.contains("12 frames, 64×64"))
    }

    @Test(arguments: ["n/", "n//", "./n/"]) func namesOfOneLetterAreNames(_ output: String) throws {
        let run = try CommandRun.lia(
            ["animate", "--model", Self.model, "-s", source, "-d", driving, "--frames", "1..2", "-o", output], folder: folder.path)
        #expect(run.exitCode == 0, "\(run.errors)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("n")).count == 2)
    }

    /// In relative transfer the first frame has the source's own motion: with its detail it is the source, at every size.
    @Test(arguments: [64, 128, 90, 48]) func detailKeepsTheSource(_ size: Int) throws {
        let run = try animate("detail/", ["--detail", "--size", "\(size)"])
        #expect(run.exitCode == 0 && run.errors.isEmpty, "\(run.errors)")
        var expected = try Picture.read(source).fitted(toSquare: max(size, 64), .crop)
        if size < 64 { expected = expected.resized(width: size, height: size) }
        let found = try frames("detail/")
        #expect(found.count == 12 && found[0].picture.width == size)
        let off = zip(found[0].picture.pixels, expected.pixels).map { abs(Int($0) - Int($1)) }.max()!
        #expect(off <= 1, "\(off) levels")
        #expect(found[8].picture != found[0].picture)
        // A checkpoint is used without it unless asked for.
        if size == 64 {
            #expect(try animate("default/").exitCode == 0 && animate("without/", ["--no-detail"]).exitCode == 0)
            let plain = try frames("default/")
            #expect(try frames("without/").map(\.picture) == plain.map(\.picture) && plain[0].picture != found[0].picture)
        }
    }

    @Test func modesDifferAndTheReferenceFrameIsTheSource() throws {
        #expect(try animate("relative/", ["--quiet"]).output.isEmpty)
        #expect(try animate("absolute/", ["--mode", "absolute"]).exitCode == 0)
        #expect(try animate("still/", ["--strength", "0"]).exitCode == 0)
        let (relative, absolute, still) = (try frames("relative/"), try frames("absolute/"), try frames("still/"))
        #expect(relative[0].picture == still[0].picture)
        #expect(still.allSatisfy { $0.picture == still[0].picture })
        #expect(relative[5].picture != still[0].picture)
        #expect(try animate("opposite/", ["--strength", "-1"]).exitCode == 0)
        let opposite = try frames("opposite/")
        #expect(opposite[0].picture == still[0].picture && opposite[5].picture != relative[5].picture)
        #expect(absolute[0].picture != relative[0].picture)
        // Frame 6 as the reference: there the result is the source's own motion.
        #expect(try animate("sixth/", ["--reference", "6"]).exitCode == 0)
        #expect(try frames("sixth/")[5].picture == still[0].picture)
    }

    /// The frame whose code is nearest the source's, edited where it is, by the network itself.
    @Test(arguments: [0, 4] as [Float]) func theBestReferenceIsTheNearest(_ fraction: Float) throws {
        let network = try LIA(Checkpoint.open(Self.model))
        func magnitudes(_ picture: Picture) -> [Float] { network.encode(driving: Tensor(picture.fitted(toSquare: 64, .crop))).values }
        var pose = magnitudes(try Picture.read(source))
        // An edit towards the pose of a frame that is not the first.
        let frames = try self.frames("driving.mp4").map { magnitudes($0.picture) }
        let direction = pose.indices.max { abs(frames[4][$0] - frames[0][$0]) < abs(frames[4][$1] - frames[0][$1]) }!
        let amount = fraction * (frames[4][direction] - frames[0][direction])
        pose[direction] += amount
        let distances = frames.map { zip($0, pose).reduce(Float(0)) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } }
        let nearest = distances.indices.min { distances[$0] < distances[$1] }!
        // Not the first, so that no other choice passes.
        #expect(distances.count == 12 && nearest > 0)
        let more = amount == 0 ? [] : ["--set", "\(direction + 1)=\(amount)"]
        let run = try animate("best/", ["--reference", "best", "--json"] + more)
        let report = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
        #expect(report?["reference_frame"] as? Int == nearest + 1)
        _ = try animate("still/", ["--strength", "0"] + more)
        #expect(try self.frames("best/")[nearest].picture == self.frames("still/")[0].picture)
    }

    /// What LIA's authors' program stores: whole pictures stretched, no detail, and (v − least) / (largest − least) · 255, truncated, of all frames.
    @Test func asPublishedSpreadsTheLevels() throws {
        func run(_ output: String, _ more: [String]) throws -> CommandRun {
            try CommandRun.lia(["animate", "-m", Self.model, "-s", source, "-d", self.driving, "-o", folder.file(output)] + more)
        }
        #expect(try run("plain/", ["--crop", "none", "--no-detail"]).exitCode == 0)
        #expect(try run("published/", ["--as-published"]).exitCode == 0)
        let network = try LIA(Checkpoint.open(Self.model))
        func read(_ picture: Picture) -> Tensor { Tensor(picture.fitted(toSquare: 64, .stretch)) }
        let own = network.encode(source: read(try Picture.read(source)))
        let driving = try self.frames("driving.mp4").map { network.encode(driving: read($0.picture)) }
        let made = driving.map { motion -> [Float] in
            let moved = zip(own.magnitudes.values, zip(motion.values, driving[0].values)).map { $0 + $1.0 - $1.1 }
            return network.generate(own, magnitudes: Tensor(moved, [1, 20])).values.map { min(1, max(-1, $0)) }
        }
        let (least, largest) = (made.flatMap { $0 }.min()!, made.flatMap { $0 }.max()!)
        let found = try self.frames("published/").map(\.picture), plain = try self.frames("plain/").map(\.picture)
        #expect(found.count == made.count && found[0].width == 64 && found != plain)
        for (picture, values) in zip(found, made) {
            var worst = 0
            for p in 0..<64 * 64 {
                for channel in 0..<3 {
                    let expected = Int((values[channel * 64 * 64 + p] - least) / (largest - least) * 255)
                    worst = max(worst, abs(Int(picture.pixels[3 * p + channel]) - expected))
                }
            }
            // A value at the border of two levels may fall to either side.
            #expect(worst <= 1)
        }
        #expect(found.contains { $0.pixels.contains(0) } && found.contains { $0.pixels.contains { $0 >= 254 } })
        let both = try run("both/", ["--as-published", "--size", "96"])
        #expect(both.exitCode == 64 && both.errors.contains("--as-published"))
    }

    // MARK: Sound and time

    private func sound(_ path: String) throws -> MovieSamples { try MovieSamples(Data(contentsOf: URL(fileURLWithPath: path))) }

    /// Sound begins with the first frame that is used and, of a range with an end, ends with the last; packets are copied.
    @Test(arguments: ["animate", "edit"]) func soundStaysWithItsFrames(_ command: String) throws {
        let talk = Fixture.path("media/sound.mp4"), whole = try sound(talk)
        func made(_ more: [String]) throws -> MovieSamples {
            let output = folder.file("sound.mp4")
            let input = command == "edit" ? ["-s", talk, "--set", "1=0.5"] : ["-s", source, "-d", talk]
            let run = try CommandRun.lia([command, "-m", Self.model, "-o", output, "--overwrite"] + input + more)
            #expect(run.exitCode == 0, "\(run.errors)")
            return try sound(output)
        }
        #expect(try made([]).sound == whole.sound)
        // Frames 11 to 20 of 25 a second: 0.4 s to 0.8 s of one second; a packet is 23 ms.
        let some = try made(["--frames", "11..20"])
        let place = try #require(whole.sound.range(of: some.sound))
        #expect(abs(Double(place.lowerBound) / Double(whole.sound.count) - 0.4) < 0.06)
        #expect(abs(some.soundSeconds - 0.4) < 0.07)
        // Without an end the sound goes on to its own.
        let tail = try made(["--frames", "11.."])
        #expect(tail.sound.count > some.sound.count && whole.sound.suffix(tail.sound.count) == tail.sound)
        #expect(throws: MovieSamples.NoSound.self) { try made(["--no-audio"]) }
    }

    /// A rate of 30000/1001, as an AVI's header states it, is kept to the tick.
    @Test func oddRatesAreExact() throws {
        let pictures = (0..<5).map { Samples.picture(shift: 0.03 * Double($0)) }
        try AVIFile.bytes(pictures, rate: 30000, scale: 1001).write(to: URL(fileURLWithPath: folder.file("odd.avi")))
        let reader = try FrameReader(folder.file("odd.avi"))
        #expect(reader.frameRate == Rational(30000, 1001))
        #expect(try animate("odd.mp4", driving: folder.file("odd.avi")).exitCode == 0)
        let result = try FrameReader(folder.file("odd.mp4"))
        #expect(result.frameRate == Rational(30000, 1001))
        var count = 0
        while let frame = try result.next() {
            let expected = Double(count) * 1001 / 30000
            #expect(abs(Double(frame.time) * result.timeBase.value - expected) < 1e-9)
            count += 1
        }
        #expect(count == 5)
    }

    // MARK: Precision and profile

    @Test func precisionIsSaidAndHolds() throws {
        func pictures(_ name: String, _ precision: String) throws -> (pictures: [Picture], said: String?, errors: String) {
            let run = try animate(name, ["--precision", precision, "--json", "--mode", "absolute"])
            let report = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
            return (try frames(name).map(\.picture), report?["precision"] as? String, run.errors)
        }
        let exact = try pictures("exact/", "float32"), short = try pictures("short/", "bfloat16")
        #expect(exact.said == "float32" && exact.pictures.count == 12)
        if Precision.hasFastBFloat16 {
            #expect(short.said == "bfloat16" && short.errors.isEmpty && short.pictures != exact.pictures)
            var squares = 0.0, count = 0.0
            for (a, b) in zip(exact.pictures.flatMap(\.pixels), short.pictures.flatMap(\.pixels)) {
                squares += pow(Double(a) - Double(b), 2)
                count += 1
            }
            // 40 dB.
            #expect(squares / count < 6.5025)
        } else {
            #expect(short.said == "float32" && short.errors.contains("no instructions for bfloat16") && short.pictures == exact.pictures)
        }
        #expect(try pictures("automatic/", "automatic").said == (Precision.hasFastBFloat16 ? "bfloat16" : "float32"))
    }

    @Test func aProfileNamesOperators() throws {
        let table = try animate("out.mp4", ["--profile"])
        #expect(table.exitCode == 0 && table.output.contains("operator") && table.output.contains("GFLOP/s"), "\(table.errors)")
        let run = try animate("again.mp4", ["--profile", "--json"])
        let report = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
        let operators = try #require(report?["operators"] as? [[String: Any]])
        let seconds = operators.compactMap { $0["seconds"] as? Double }, calls = operators.compactMap { $0["calls"] as? Int }
        #expect(operators.count > 5 && seconds.count == operators.count && calls.allSatisfy { $0 > 0 })
        // The longest first, and convolutions among them.
        #expect(seconds == seconds.sorted(by: >))
        #expect(operators.contains { ($0["operations"] as? Double ?? 0) > 1e6 })
        #expect(try animate("plain.mp4", ["--json"]).output.contains("operators") == false)
    }

    @Test func frameRangesCountFromOne() throws {
        #expect(try animate("all/", ["--mode", "absolute"]).exitCode == 0)
        #expect(try animate("some/", ["--mode", "absolute", "--frames", "3..5"]).exitCode == 0)
        let (all, some) = (try frames("all/"), try frames("some/"))
        #expect(some.map(\.picture) == all[2...4].map(\.picture))
        #expect(try animate("tail/", ["--frames", "11.."]).exitCode == 0)
        #expect(try frames("tail/").count == 2)
        #expect(try animate("one.png", ["--frames", "4", "--mode", "absolute"]).exitCode == 0)
        #expect(try Picture.read(folder.file("one.png")) == all[3].picture)
        // Beyond the end: what there is; wholly beyond it: an error.
        #expect(try animate("end/", ["--frames", "10..99"]).exitCode == 0)
        #expect(try frames("end/").count == 3)
    }

    @Test func aPictureDrivesOnePose() throws {
        let run = try animate("pose.png", ["--mode", "absolute"], driving: source)
        #expect(run.exitCode == 0 && run.errors.isEmpty, "\(run.errors)")
        let warned = try animate("same.png", driving: source)
        #expect(warned.exitCode == 0 && warned.errors.contains("--mode absolute"))
    }

    @Test func sizeAndFitAreHonoured() throws {
        #expect(try animate("large.mp4", ["--size", "96"]).exitCode == 0)
        #expect(try frames("large.mp4")[0].picture.width == 96)
        var pictures = [Picture]()
        for fit in Fit.allCases {
            #expect(try animate("\(fit).png", ["--fit", fit.rawValue, "--frames", "1"]).exitCode == 0)
            pictures.append(try Picture.read(folder.file("\(fit).png")))
        }
        #expect(pictures[0] != pictures[1] && pictures[1] != pictures[2] && pictures[0] != pictures[2])
    }

    @Test func summaryIsMachineReadable() throws {
        let run = try animate("out.mp4", ["--json", "--threads", "1"])
        #expect(run.errors.isEmpty)
        let report = try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
        #expect(report["frames"] as? Int == 12 && report["size"] as? Int == 64)
        #expect(report["mode"] as? String == "relative" && report["reference_frame"] as? Int == 1)
        let seconds = try #require(report["seconds"] as? [String: Double])
        #expect(Set(seconds.keys) == ["decode", "faces", "encode", "generate", "write", "total"])
        #expect(seconds["total"]! >= seconds["encode"]! + seconds["generate"]! && seconds["encode"]! > 0)
        #expect(report["peak_memory_bytes"] as? Int ?? 0 > 1 << 20)
    }

    @Test func theResultSaysThatItIsSynthetic() throws {
        #expect(try animate("out.mp4").exitCode == 0)
        #expect(try animate("out.png", ["--frames", "1"]).exitCode == 0)
        for name in ["out.mp4", "out.png"] {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: folder.file(name)))
            #expect(bytes.range(of: Data("synthetic".utf8)) != nil && bytes.range(of: Data("lia-tiny".utf8)) != nil)
        }
    }

    /// Frames stream: 1,000 take no more memory than 10.
    @Test func memoryIsFlatInTheLengthOfTheVideo() throws {
        try Samples.video(folder.file("long.mp4"), frames: 1000)
        try Samples.video(folder.file("short.mp4"), frames: 10)
        func peak(_ driving: String, _ output: String) throws -> Int {
            let run = try animate(output, ["--json"], driving: folder.file(driving))
            let report = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
            #expect(report?["frames"] as? Int == (driving == "long.mp4" ? 1000 : 10))
            return try #require(report?["peak_memory_bytes"] as? Int)
        }
        let short = try peak("short.mp4", "short-out.mp4"), long = try peak("long.mp4", "long-out.mp4")
        // The encoder looks some 60 frames ahead before it writes its first, which ten frames do not fill.
        #expect(long - short < 12 << 20, "\(short) bytes for 10 frames, \(long) for 1000")
    }

    @Test func anEmbeddedModelIsFoundByNameFromAnyFolder() throws {
        let run = try CommandRun.lia(
            ["animate", "-s", source, "-d", driving, "-o", "here.mp4", "--frames", "1..2"], folder: folder.path)
        #expect(run.exitCode == 0 && run.output.contains("2 frames, 128×128"), "\(run.errors)")
    }
}
