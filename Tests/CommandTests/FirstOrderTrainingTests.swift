import Foundation
import Media
import TestSupport
import Testing
import Training

/// `lia train` and `lia export` with the First Order Motion Model's family, as users run them.
@Suite struct FirstOrderTrainingTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try SmallClips.write(to: folder.file("data.safetensors"))
        try Data(
            #"""
            {"family": "fomm", "steps": 6,
             "network": {"size": 32, "points": 3, "scale": 2, "detector_channels": 4, "detector_levels": 2, "motion_channels": 4,
                         "motion_levels": 2, "hourglass_most": 8, "channels": 4, "most_channels": 8, "levels": 2, "residual_blocks": 1},
             "optimization": {"warmup_steps": 2}, "data": {"pairs": 2, "puppets": 0.5, "validation": 0.3},
             "losses": {"scales": "1 0.5"}, "record": {"checkpoint_every": 2, "sheet_every": 3, "validate_every": 3}}
            """#.utf8
        ).write(to: URL(fileURLWithPath: folder.file("tiny.json")))
    }

    private func train(_ run: String, _ more: [String]) throws -> CommandRun {
        try CommandRun.lia(
            ["train", "--data", folder.file("data.safetensors"), "--output", folder.file(run), "--threads", "1"] + more)
    }

    /// A run that ends early and goes on has the weights of one in one piece, and what is exported animates.
    @Test func aRunGoesOnAndIsExported() throws {
        let whole = try train("whole", ["--config", folder.file("tiny.json")])
        #expect(whole.exitCode == 0 && whole.errors.contains("2 clips to learn from, 1 held out"), "\(whole.errors)")
        #expect((whole.output + whole.errors).contains("step 6: held-out L1"), "\(whole.output)")
        // The rate does not depend on where the run ends.
        let constant = ["--set", "learning_rate=0.0002", "--set", "final_learning_rate=0.0002"]
        for (run, pieces) in [("one", ["6"]), ("two", ["4", "6"])] {
            for (index, steps) in pieces.enumerated() {
                let begin = index == 0 ? ["--config", folder.file("tiny.json")] + constant : ["--resume"]
                #expect(try train(run, begin + ["--set", "steps=\(steps)"]).exitCode == 0)
            }
        }
        let checkpoints = try ["one", "two"].map {
            try Data(contentsOf: URL(fileURLWithPath: folder.file("\($0)/checkpoint.safetensors")))
        }
        #expect(checkpoints[0] == checkpoints[1])
        let exported = try CommandRun.lia(["export", folder.file("whole"), folder.file("model"), "--float16"])
        #expect(exported.exitCode == 0, "\(exported.errors)")
        let inspected = try CommandRun.lia(["inspect", folder.file("model")])
        #expect(inspected.output.contains("First Order Motion Model, 32 px") && inspected.output.contains("3 key points"))
        try Samples.picture(width: 32, height: 32).write(to: folder.file("source.png"))
        try Samples.video(folder.file("driving.mp4"), frames: 3)
        let animated = try CommandRun.lia([
            "animate", "-m", folder.file("model"), "-s", folder.file("source.png"), "-d", folder.file("driving.mp4"), "-o",
            folder.file("out/"),
        ])
        #expect(animated.exitCode == 0, "\(animated.errors)")
        #expect(try Samples.frames(folder.file("out/")).count == 3)
    }

    @Test func settingsOfAnotherFamilyAreRefused() throws {
        let run = try train("no", ["--config", folder.file("tiny.json"), "--set", "directions=20"])
        #expect(run.exitCode == 65 || run.exitCode == 64)
        #expect(run.errors.contains("directions") && run.errors.split(separator: "\n").count == 1, "\(run.errors)")
        #expect(!FileManager.default.fileExists(atPath: folder.file("no")))
    }
}
