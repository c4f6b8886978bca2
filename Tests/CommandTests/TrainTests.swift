import Checkpoints
import Foundation
import Tensors
import Testing
import TestSupport
import Training

/// `lia train` and `lia export` as users run them, on three small clips with a tiny network.
@Suite struct TrainTests {
    let folder: TemporaryFolder
    let data: String

    init() throws {
        folder = try TemporaryFolder()
        data = folder.file("data.safetensors")
        try SmallClips.write(to: data)
        try Data(
            #"""
            {"size": 32, "channels": "4:16 8:16 16:12 32:8", "code": 16, "directions": 6, "group_size": 3, "groups": 1,
             "steps": 40, "warmup_steps": 2, "checkpoint_every": 5, "sheet_every": 20, "validate_every": 20, "validation": 0.3}
            """#.utf8
        ).write(to: URL(fileURLWithPath: folder.file("tiny.json")))
    }

    private func train(_ run: String, _ more: [String] = [], signal: Int32 = SIGKILL, killWhen: (() -> Bool)? = nil) throws -> CommandRun {
        try CommandRun.lia(
            ["train", "--data", data, "--output", folder.file(run), "--threads", "1"] + more, signal: signal,
            interruptWhen: killWhen)
    }

    private var settings: [String] { ["--config", folder.file("tiny.json")] }

    private func checkpoint(_ run: String) throws -> Data {
        try Data(contentsOf: URL(fileURLWithPath: folder.file("\(run)/checkpoint.safetensors")))
    }

    /// The lines of a run's metrics, without how long steps took.
    private func lines(_ run: String) -> [String] {
        let text = try? String(contentsOfFile: folder.file("\(run)/metrics.jsonl"), encoding: .utf8)
        return (text?.split(separator: "\n") ?? []).map {
            $0.replacingOccurrences(of: #","(seconds|steps_per_second)":[^,}]+"#, with: "", options: .regularExpression)
        }
    }

    /// A run that is killed at several points and resumed each time ends with the bits of one left alone.
    @Test func aKilledRunGoesOnAsIfNeverStopped() throws {
        let alone = try train("alone", settings)
        #expect(alone.exitCode == 0 && alone.errors.contains("2 clips to learn from, 1 held out"), "\(alone.errors)")
        let killed = try train("killed", settings, killWhen: { lines("killed").count >= 3 })
        #expect(killed.wasKilled)
        var kills = 1
        for point in [9, 17, 26] {
            if try train("killed", ["--resume"], killWhen: { lines("killed").count >= point }).wasKilled { kills += 1 }
        }
        #expect(kills >= 3)
        // What a killed run leaves, of a process number that no system gives.
        let left = [
            "killed/.checkpoint.safetensors.partial-4194305-1-a.safetensors", "killed/sheets/.step-000001.png.partial-4194305-1-a.png",
        ]
        for name in left { try Data().write(to: URL(fileURLWithPath: folder.file(name))) }
        // Nothing half-written stands in the way.
        let resumed = try train("killed", ["--resume"])
        #expect(resumed.exitCode == 0, "\(resumed.errors)")
        #expect(try checkpoint("killed") == checkpoint("alone"))
        for name in left { #expect(!FileManager.default.fileExists(atPath: folder.file(name)), "\(name)") }
        #expect(lines("killed") == lines("alone") && lines("alone").count == 40 + 2)
        for run in ["alone", "killed"] {
            let sheets = try FileManager.default.contentsOfDirectory(atPath: folder.file("\(run)/sheets")).sorted()
            #expect(sheets == ["step-000020.png", "step-000040.png"])
        }
    }

    /// Ctrl-C ends a run after the step under way, with a checkpoint of it although none was due.
    @Test func anInterruptedRunKeepsItsLastStep() throws {
        let stopped = try train(
            "stopped", settings + ["--set", "checkpoint_every=1000"], signal: SIGINT, killWhen: { lines("stopped").count >= 3 })
        #expect(stopped.exitCode == 128 + SIGINT && stopped.errors.contains("--resume"), "\(stopped.errors)")
        let kept = try Checkpoint.open(folder.file("stopped/checkpoint.safetensors"))
        let steps = try #require(kept.metadata["step"].flatMap { Int($0) })
        #expect(steps >= 3 && steps < 40)
        #expect(lines("stopped").filter { $0.contains("losses") }.count == steps)
        let resumed = try train("stopped", ["--resume"])
        #expect(resumed.exitCode == 0, "\(resumed.errors)")
        #expect(try train("alone", settings + ["--set", "checkpoint_every=1000"]).exitCode == 0)
        #expect(try checkpoint("stopped") == checkpoint("alone"))
        #expect(lines("stopped") == lines("alone"))
    }

    private func tensors(_ path: String, _ prefix: String) throws -> [String: [Float]] {
        let file = try Checkpoint.open(folder.file(path))
        let names = file.entries.map(\.name).filter { $0.hasPrefix(prefix) }
        return try Dictionary(uniqueKeysWithValues: names.map { (String($0.dropFirst(prefix.count)), try file.tensor($0).values) })
    }

    /// A model is the moving average of a run's weights; a run that starts from it starts from just these weights.
    @Test func exportWritesTheAverageAndFineTuningStartsFromIt() throws {
        #expect(try train("run", settings + ["--set", "steps=3"]).exitCode == 0)
        #expect(try CommandRun.lia(["export", folder.file("run"), folder.file("model")]).exitCode == 0)
        let model = try tensors("model/weights.safetensors", "")
        #expect(try model.count > 60 && model == tensors("run/checkpoint.safetensors", "average."))
        #expect(try model != tensors("run/checkpoint.safetensors", "weights."))
        // A learning rate that moves no weight of this size.
        let still = ["--set", "steps=1", "--set", "group_size=2", "--set", "learning_rate=1e-30", "--set", "final_learning_rate=0"]
        let tuned = try train("tuned", ["--fine-tune", folder.file("model")] + still)
        #expect(tuned.exitCode == 0, "\(tuned.errors)")
        #expect(try tensors("tuned/checkpoint.safetensors", "weights.") == model)
        #expect(try tensors("tuned/checkpoint.safetensors", "adam_mean.").values.contains { $0.contains { $0 != 0 } })
    }

    /// `detail` goes from a run's settings through its checkpoint into model.json, and from there into every animation.
    @Test(arguments: [true, false]) func detailGoesFromTrainingToAnimation(_ detail: Bool) throws {
        let more = ["--set", "steps=2", "--set", "detail=\(detail)", "--set", "starts_from_copy=false"]
        #expect(try train("run", settings + more).exitCode == 0)
        #expect(try CommandRun.lia(["export", folder.file("run"), folder.file("model")]).exitCode == 0)
        let description = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: folder.file("model/model.json"))))
        #expect((description as? [String: Any])?["detail"] as? Bool ?? false == detail)
        try Samples.picture(width: 32, height: 32).write(to: folder.file("source.png"))
        try Samples.picture(width: 32, height: 32, shift: 0.1).write(to: folder.file("driving.png"))
        func animated(_ options: [String]) throws -> Data {
            let run = try CommandRun.lia(
                [
                    "animate", "-m", folder.file("model"), "-s", folder.file("source.png"), "-d", folder.file("driving.png"),
                    "-o", folder.file("out.png"), "--mode", "absolute", "--overwrite",
                ] + options)
            #expect(run.exitCode == 0, "\(run.errors)")
            return try Samples.pixels(folder.file("out.png"))
        }
        let (own, with, without) = (try animated([]), try animated(["--detail"]), try animated(["--no-detail"]))
        #expect(with != without && own == (detail ? with : without))
    }

    @Test func aRunBecomesAModelThatAnimatesAndIsTunedFurther() throws {
        #expect(try train("run", settings + ["--set", "steps=3", "--quiet"]).output.isEmpty)
        let export = try CommandRun.lia(["export", folder.file("run"), folder.file("model"), "--float16"])
        #expect(export.exitCode == 0 && export.output.contains("32 px") && export.output.contains("step 3"), "\(export.errors)")
        try Samples.picture().write(to: folder.file("source.png"))
        // A run given as a model is refused with what to do.
        let mistaken = try CommandRun.lia(
            [
                "animate", "-m", folder.file("run"), "-s", folder.file("source.png"), "-d", folder.file("source.png"),
                "-o", folder.file("out.png"),
            ])
        #expect(mistaken.exitCode == 65 && mistaken.errors.contains("'lia export'"), "\(mistaken.errors)")
        let animated = try CommandRun.lia(
            [
                "animate", "-m", folder.file("model"), "-s", folder.file("source.png"), "-d", folder.file("source.png"),
                "-o", folder.file("out.png"), "--mode", "absolute",
            ])
        #expect(animated.exitCode == 0, "\(animated.errors)")
        let pixels = try Samples.pixels(folder.file("out.png"))
        #expect(pixels.count == 32 * 32 * 3 && Set(pixels).count > 20)
        let tuned = try train("tuned", ["--fine-tune", folder.file("model"), "--set", "steps=2", "--set", "group_size=2"])
        #expect(tuned.exitCode == 0 && tuned.output.contains("2 steps done"), "\(tuned.errors)")
        // More steps than the run was begun with.
        let longer = try train("run", ["--resume", "--set", "steps=5"])
        #expect(longer.exitCode == 0 && longer.output.contains("5 steps done"), "\(longer.errors)")
        // The folder's settings are those that the run has now.
        let kept = try LIATrainingConfiguration.read(folder.file("run/configuration.json"))
        #expect(kept.steps == 5 && kept.network.size == 32)
    }

    /// Every command takes the networks of the ablations as any other; without a dictionary a direction is an axis of the code.
    @Test(arguments: [("dictionary", "free", 6), ("dictionary", "none", 16), ("masks", "false", 6)])
    func variantsOfTheNetworkAreModelsToo(_ key: String, _ value: String, _ directions: Int) throws {
        let (model, source) = (folder.file("model"), folder.file("source.png"))
        #expect(try train("run", settings + ["--set", "steps=3", "--set", "\(key)=\(value)"]).exitCode == 0)
        #expect(try CommandRun.lia(["export", folder.file("run"), model]).exitCode == 0)
        let text = try CommandRun.lia(["inspect", model]).output
        #expect(text.contains("directions  \(directions)"), "\(text)")
        let words = ["free": "not kept orthonormal", "none": "no dictionary", "false": "masks       none"]
        #expect(text.contains(words[value]!), "\(text)")
        try Samples.picture().write(to: source)
        for (words, output) in [
            (["animate", "-s", source, "-d", source, "--reference", "best"], "out.png"),
            (["edit", "--source", source, "--set", "\(directions)=1.5"], "edited.png"), (["encode", source], "motion.json"),
            (["explore", "--source", source, "--directions", "1,\(directions)", "--steps", "3"], "atlas"),
        ] {
            let run = try CommandRun.lia([words[0], "--model", model] + words.dropFirst() + ["--output", folder.file(output)])
            #expect(run.exitCode == 0, "\(words): \(run.errors)")
        }
        let motion = try String(contentsOfFile: folder.file("motion.json"), encoding: .utf8)
        #expect(motion.contains("\"directions\": \(directions)"))
        let beyond = try CommandRun.lia(
            ["edit", "--model", model, "--source", source, "--set", "\(directions + 1)=1", "--output", folder.file("x.png")])
        #expect(beyond.exitCode == 64 && beyond.errors.contains("1 to \(directions)"), "\(beyond.errors)")
        let evaluated = try CommandRun.lia(
            ["evaluate", "--task", "puppets", "--model", model, "--pairs", "1", "--frame-count", "3", "--json"])
        #expect(evaluated.exitCode == 0, "\(evaluated.errors)")
        let report = try JSONSerialization.jsonObject(with: Data(evaluated.output.utf8)) as? [String: Any]
        let table = try #require((report?["directions"] as? [[String: Any]])?.first)
        #expect((table["squared_correlations"] as? [Any])?.count == directions)
        // Going on from such a model takes its variant with it; other settings do not fit it.
        let tuned = try train("tuned", ["--fine-tune", model, "--set", "steps=1", "--set", "group_size=2"])
        #expect(tuned.exitCode == 0, "\(tuned.errors)")
        let network = try LIATrainingConfiguration.read(folder.file("tuned/configuration.json")).network.measures
        #expect(network.directions == directions && network.masks == (key != "masks"))
        let other = try train("other", ["--fine-tune", model, "--set", "\(key)=\(key == "masks" ? "true" : "orthonormal")"])
        #expect(other.exitCode == 65 && other.errors.contains("other measures"), "\(other.errors)")
    }

    /// What a configuration file says of the network stands, beside the model's own measures: the model begins to paint.
    @Test func aConfigurationFileSaysWhatAModelBecomes() throws {
        #expect(try train("run", settings + ["--set", "steps=1"]).exitCode == 0)
        #expect(try CommandRun.lia(["export", folder.file("run"), folder.file("model")]).exitCode == 0)
        let config = folder.file("paints.json")
        try #"{"steps": 1, "data": {"group_size": 2}, "network": {"paints": true}}"#
            .write(toFile: config, atomically: true, encoding: .utf8)
        let tuned = try train("tuned", ["--fine-tune", folder.file("model"), "--config", config])
        #expect(tuned.exitCode == 0, "\(tuned.errors)")
        let network = try LIATrainingConfiguration.read(folder.file("tuned/configuration.json")).network.measures
        #expect(network.paints && network.size == 32)
        #expect(try CommandRun.lia(["export", folder.file("tuned"), folder.file("painting")]).exitCode == 0)
        #expect(try CommandRun.lia(["inspect", folder.file("painting")]).output.contains("own features, too"))
        // PyTorch's checkpoint, too, holds all of it.
        #expect(try CommandRun.lia(["convert", folder.file("painting"), folder.file("painting.pt")]).exitCode == 0)
        #expect(try CommandRun.lia(["inspect", folder.file("painting.pt")]).output.contains("own features, too"))
    }

    /// Clips that were held out stay so when the run goes on: it would learn from them otherwise.
    @Test func clipsHeldOutByNameStayHeldOut() throws {
        let begun = try train("named", settings + ["--set", "steps=2", "--validation-clips", "clip0,clip1"])
        #expect(begun.exitCode == 0 && begun.errors.contains("1 clips to learn from, 2 held out"), "\(begun.errors)")
        let resumed = try train("named", ["--resume", "--set", "steps=3"])
        #expect(resumed.exitCode == 0 && resumed.errors.contains("1 clips to learn from, 2 held out"), "\(resumed.errors)")
    }

    /// The numbers of a line of metrics.jsonl by their names, those of its losses among them.
    private func numbers(_ line: String) throws -> [String: Double] {
        let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        let losses = object["losses"] as? [String: Double] ?? [:]
        return losses.merging(object.compactMapValues { $0 as? Double }) { $1 }
    }

    static let hasMPI = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").contains {
        FileManager.default.isExecutableFile(atPath: "\($0)/mpirun")
    }

    /// Two processes with half the batch each have the gradients of one with the whole.
    @Test(.enabled(if: hasMPI, "Open MPI is optional")) func processesShareABatch() throws {
        let more = settings + ["--set", "groups=4", "--set", "steps=3", "--set", "clip_norm=0", "--set", "beta1=0"]
        #expect(try train("alone", more).exitCode == 0)
        let mpirun = ["/usr/bin/env", "mpirun", "--allow-run-as-root", "--oversubscribe", "-n", "2"]
        func together(_ run: String, _ more: [String]) throws -> CommandRun {
            try CommandRun.lia(
                ["train", "--data", data, "--output", folder.file(run), "--threads", "1"] + more, launcher: mpirun)
        }
        let run = try together("both", more)
        #expect(run.exitCode == 0, "\(run.errors)")
        let (alone, both) = (
            try Checkpoint.open(folder.file("alone/checkpoint.safetensors")),
            try Checkpoint.open(folder.file("both/checkpoint.safetensors"))
        )
        // With β₁ = 0 the optimizer's mean is the last gradient itself.
        let names = alone.entries.map(\.name).filter { $0.hasPrefix("adam_mean.") }
        #expect(names.count > 60 && names == both.entries.map(\.name).filter { $0.hasPrefix("adam_mean.") })
        for name in names {
            let difference = Difference(try both.tensor(name), try alone.tensor(name))
            #expect(difference.isWithin(1e-5), "\(name): \(difference)")
        }
        // The record is the same but for rounding.
        #expect(lines("both").count == lines("alone").count)
        for (both, alone) in zip(lines("both"), lines("alone")) where alone.contains("losses") {
            let (found, expected) = (try numbers(both), try numbers(alone))
            #expect(expected.count >= 6 && found.keys == expected.keys, "\(found), \(expected)")
            for (name, value) in expected { #expect(abs(found[name]! - value) <= 1e-3 * abs(value), "\(name): \(both), \(alone)") }
        }
        // Resumed with other processes than before, the run goes on; and a mistake is said once.
        #expect(try together("both", ["--resume", "--set", "steps=4"]).exitCode == 0)
        let begin = Date(), odd = try together("odd", settings + ["--set", "groups=3"]), seconds = -begin.timeIntervalSinceNow
        #expect(odd.exitCode != 0 && odd.errors.contains("groups: expected a multiple of the 2 processes, found 3"), "\(odd.errors)")
        // The second process would say it too, did the first take longer than eight seconds to end both, as on a busy machine.
        #expect(odd.errors.components(separatedBy: "groups:").count == 2 || seconds > 8, "\(odd.errors)")
    }

    @Test func mistakesCostOneLine() throws {
        func fails(_ code: Int32, _ words: [String], _ run: CommandRun, location: SourceLocation = #_sourceLocation) {
            #expect(run.exitCode == code && !run.wasKilled, "\(run.errors)", sourceLocation: location)
            if code != 64 { #expect(run.errors.split(separator: "\n").count == 1, "\(run.errors)", sourceLocation: location) }
            for word in words { #expect(run.errors.contains(word), "\(word): \(run.errors)", sourceLocation: location) }
        }
        fails(64, ["--set: stepz: is no setting"], try train("a", ["--set", "stepz=3"]))
        fails(64, ["--set: optimization.learning_rate", "-1"], try train("a", settings + ["--set", "learning_rate=-1"]))
        fails(64, ["--set: family: expected one of lia, fomm"], try train("a", ["--set", "family=gan"]))
        let wrong = folder.file("wrong.json")
        try #"{"learning_rate": -1}"#.write(toFile: wrong, atomically: true, encoding: .utf8)
        fails(65, ["wrong.json: optimization.learning_rate", "-1"], try train("a", ["--config", wrong, "--set", "steps=2"]))
        fails(64, ["key=value"], try train("a", ["--set", "steps"]))
        fails(65, ["data.safetensors", "32 px", "--size 128"], try train("a"))
        let absent = folder.file("absent.safetensors")
        fails(65, ["absent.safetensors"], try CommandRun.lia(["train", "--data", absent, "--output", folder.file("a")]))
        fails(65, ["configuration.json", "no such file"], try train("a", ["--resume"]))
        fails(64, ["--resume"], try train("a", ["--resume", "--fine-tune", "portrait"]))
        fails(65, ["absent.pth"], try train("a", settings + ["--set", "perceptual_weights=\(folder.file("absent.pth"))"]))
        fails(65, ["nobody"], try train("a", settings + ["--validation-clips", "nobody"]))
        #expect(!folder.names.contains("a"))
        #expect(try train("b", settings + ["--set", "steps=1"]).exitCode == 0)
        fails(74, ["--resume"], try train("b", settings))
        // The same command with --resume goes on; settings that are not the run's are named.
        #expect(try train("b", settings + ["--set", "steps=2", "--resume"]).exitCode == 0)
        let other = folder.file("other.json")
        let text = try String(contentsOfFile: folder.file("tiny.json"), encoding: .utf8)
        try text.replacingOccurrences(of: "{", with: #"{"seed": 77, "#, options: [], range: text.range(of: "{")).write(
            toFile: other, atomically: true, encoding: .utf8)
        let mixed = try train("b", ["--config", other, "--set", "steps=3", "--resume"])
        fails(64, ["other.json: seed: expected", "found 77", "'lia train --help'"], mixed)
        let whole = try checkpoint("b")
        try whole.prefix(whole.count / 2).write(to: URL(fileURLWithPath: folder.file("b/checkpoint.safetensors")))
        fails(65, ["checkpoint.safetensors"], try train("b", ["--resume"]))
    }
}
