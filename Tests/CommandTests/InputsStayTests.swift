import Foundation
import Media
import Testing
import TestSupport
import Training

/// Whatever a command reads is the same after it, whatever its outputs are called.
@Suite struct InputsStayTests {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try FileManager.default.copyItem(atPath: Fixture.path("reference/lia-tiny.pt"), toPath: folder.file("tiny.pt"))
        try Samples.picture().write(to: folder.file("source.png"))
        try Samples.video(folder.file("driving.mp4"), frames: 3)
        for name in ["frames", "clips", "clips/anna"] {
            try FileManager.default.createDirectory(atPath: folder.file(name), withIntermediateDirectories: false)
        }
        for number in 1...3 { try Samples.picture(shift: 0.02 * Double(number)).write(to: folder.file("frames/\(number).png")) }
        try Samples.video(folder.file("clips/a.mp4"), frames: 3)
        try Samples.video(folder.file("clips/anna/b.mp4"), frames: 3)
        try lia(["convert", "tiny.pt", "model", "-q"])
        try lia(["encode", "driving.mp4", "-m", "tiny.pt", "-o", "motion.json", "-q"])
        try lia(["explore", "label", "-m", "model", "1", "nod", "-q"])
    }

    @discardableResult private func lia(_ arguments: [String]) throws -> CommandRun {
        try CommandRun.lia(arguments, environment: ["XDG_CACHE_HOME": folder.file("cache")], folder: folder.path)
    }

    /// The bytes of every file in the folder, and the targets of links.
    private var contents: [String: Data] {
        var result: [String: Data] = [:]
        for case let name as String in FileManager.default.enumerator(atPath: folder.path) ?? .init() {
            if let target = try? FileManager.default.destinationOfSymbolicLink(atPath: folder.file(name)) {
                result[name] = Data(target.utf8)
            } else {
                result[name] = FileManager.default.contents(atPath: folder.file(name)) ?? Data()
            }
        }
        return result
    }

    private func expectRefusal(
        _ arguments: [String], _ words: String = "one of the inputs", location: SourceLocation = #_sourceLocation
    ) throws {
        let before = contents
        let run = try lia(arguments)
        let line = arguments.joined(separator: " ")
        #expect(run.exitCode == 74 && !run.wasKilled, "\(line): \(run.exitCode) \(run.errors)", sourceLocation: location)
        #expect(run.errors.contains(words), "\(line): \(run.errors)", sourceLocation: location)
        #expect(run.errors.split(separator: "\n").count == 1, "\(run.errors)", sourceLocation: location)
        #expect(contents == before, "\(line) changed a file", sourceLocation: location)
    }

    @Test func animateEditAndEncode() throws {
        let animate = ["animate", "-s", "source.png", "-m", "model", "--overwrite", "-o"]
        for output in ["source.png", "model/weights.safetensors", "model/model.json", "model/directions.json"] {
            try expectRefusal(animate + [output, "-d", "frames/1.png"])
        }
        try expectRefusal(animate + ["frames/2.png", "-d", "frames"])
        try expectRefusal(animate + ["frames/", "-d", "frames"])
        try expectRefusal(animate + ["motion.json", "-d", "motion.json"])
        try expectRefusal(animate + ["model/", "-d", "driving.mp4"])
        let edit = ["edit", "-m", "tiny.pt", "--set", "1=1", "--overwrite"]
        try expectRefusal(edit + ["-s", "driving.mp4", "-o", "out.mp4", "--motion-output", "tiny.pt"])
        try expectRefusal(edit + ["-s", "driving.mp4", "-o", "out.mp4", "--motion-output", "driving.mp4"])
        try expectRefusal(edit + ["-s", "driving.mp4", "-o", "out.mp4", "--motion-output", "./out.mp4"], "two outputs")
        try expectRefusal(edit + ["-s", "driving.mp4", "-o", "out.mp4", "--motion-output", "OUT.mp4"], "two outputs")
        try expectRefusal(edit + ["-s", "driving.mp4", "-o", "out/", "--motion-output", "out/motion.json"], "one within the other")
        for output in ["tiny.pt", "driving.mp4"] {
            try expectRefusal(["encode", "driving.mp4", "-m", "tiny.pt", "-o", output, "--overwrite"])
        }
        try expectRefusal(["encode", "frames", "-m", "model", "-o", "frames/3.png", "--overwrite"])
    }

    @Test func throughLinks() throws {
        try FileManager.default.createSymbolicLink(atPath: folder.file("soft.mp4"), withDestinationPath: "tiny.pt")
        try #require(Foundation.link(folder.file("model/weights.safetensors"), folder.file("hard.json")) == 0)
        try FileManager.default.createSymbolicLink(atPath: folder.file("beside"), withDestinationPath: "model")
        try expectRefusal(["animate", "-s", "source.png", "-d", "driving.mp4", "-m", "tiny.pt", "-o", "soft.mp4", "--overwrite"])
        try expectRefusal(["encode", "driving.mp4", "-m", "model", "-o", "hard.json", "--overwrite"])
        try expectRefusal(["encode", "driving.mp4", "-m", "model", "-o", "beside/model.json", "--overwrite"])
    }

    @Test func modelFolders() throws {
        try Data("a card".utf8).write(to: URL(fileURLWithPath: folder.file("model/README.md")))
        try expectRefusal(["convert", "tiny.pt", "tiny.pt", "--overwrite"])
        try expectRefusal(
            ["convert", "model/weights.safetensors", "model", "--overwrite", "--card", "motion.json"], "holds one of the inputs")
        try expectRefusal(["convert", "tiny.pt", "model", "--overwrite", "--card", "model/README.md"], "holds one of the inputs")
        // A name for a direction does not replace the weights that stand under the file's name.
        try FileManager.default.removeItem(atPath: folder.file("model/directions.json"))
        try #require(Foundation.link(folder.file("model/model.json"), folder.file("model/directions.json")) == 0)
        let before = contents
        #expect(try lia(["explore", "label", "-m", "model", "1", "nod"]).exitCode != 0)
        #expect(contents == before)
    }

    @Test func reports() throws {
        try lia(["compare", "-m", "tiny.pt", "-s", "source.png", "-d", "driving.mp4", "-o", "report", "--size", "64", "-q"])
        let sheet = try #require(contents.keys.first { $0.hasPrefix("report/") && $0.hasSuffix("-sheet.png") })
        let compare = ["compare", "-m", "tiny.pt", "-d", "driving.mp4", "--overwrite", "-o", "report", "-s"]
        try expectRefusal(compare + [sheet], "holds one of the inputs")
        try lia(["explore", "-m", "tiny.pt", "-s", "source.png", "-o", "atlas", "--directions", "1", "--steps", "2", "-q"])
        let explore = ["explore", "-m", "tiny.pt", "--overwrite", "--directions", "1", "--steps", "2", "-o"]
        try expectRefusal(explore + ["atlas", "-s", "atlas/sheet.png"], "holds one of the inputs")
        try expectRefusal(explore + ["atlas", "-s", "source.png", "--base", "atlas/sheet.png"], "holds one of the inputs")
        try expectRefusal(
            ["evaluate", "-m", "tiny.pt", "--task", "reconstruction", "--data", "clips", "--size", "64", "--cache", "clips"])
        try expectRefusal(["evaluate", "-m", "model", "--task", "puppets", "--pairs", "1", "--frame-count", "2", "--cache", "model"])
    }

    @Test func dataSets() throws {
        try expectRefusal(["prepare", "clips", "-o", "clips/a.mp4", "--overwrite"])
        try expectRefusal(["prepare", "clips", "-o", "clips/anna/b.mp4", "--overwrite"])
        try #require(Foundation.link(folder.file("clips/a.mp4"), folder.file("second.safetensors")) == 0)
        try expectRefusal(["prepare", "clips", "-o", "second.safetensors", "--overwrite"])
    }

    @Test func trainingRuns() throws {
        try lia(["prepare", "clips", "-o", "data.safetensors", "--size", "32", "-q"])
        try FileManager.default.createDirectory(atPath: folder.file("run"), withIntermediateDirectories: false)
        let settings = """
            {"size": 32, "channels": "4:16 8:16 16:12 32:8", "code": 16, "directions": 6, "group_size": 2, "groups": 1, "steps": 1,
             "validation": 0.5}
            """
        try Data(settings.utf8).write(to: URL(fileURLWithPath: folder.file("run/configuration.json")))
        // What a run that was stopped early leaves counts as a new folder.
        let train = ["train", "--data", "data.safetensors", "--threads", "1", "--output"]
        try expectRefusal(train + ["run", "--config", "run/configuration.json"])
        try FileManager.default.moveItem(atPath: folder.file("run/configuration.json"), toPath: folder.file("tiny.json"))
        #expect(try lia(train + ["run", "--config", "tiny.json"]).exitCode == 0)
        // The record is appended to, wherever a link leads.
        try FileManager.default.removeItem(atPath: folder.file("run/metrics.jsonl"))
        try #require(Foundation.link(folder.file("data.safetensors"), folder.file("run/metrics.jsonl")) == 0)
        try expectRefusal(train + ["run", "--resume", "--set", "steps=2"])
        try FileManager.default.removeItem(atPath: folder.file("run/metrics.jsonl"))
        try expectRefusal(["export", "run", "run/checkpoint.safetensors", "--overwrite"])
        try expectRefusal(["export", "run", "run", "--overwrite"])
    }
}
