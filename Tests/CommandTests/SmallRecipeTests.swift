import Foundation
import Testing
import TestSupport

/// The small recipe of docs/training.md, shortened: from nothing to a model that rebuilds people better than copying does.
@Suite struct SmallRecipeTests {
    @Test func aShortRunBeatsCopying() throws {
        let folder = try TemporaryFolder()
        func run(_ arguments: [String]) throws {
            let run = try CommandRun.lia(arguments)
            #expect(run.exitCode == 0, "\(arguments[0]): \(run.errors)")
        }
        let recipe = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../Examples/small.json").standardized.path
        try run([
            "puppets", "--identities", "60", "--clips", "1", "--frame-count", "20", "--frames-per-second", "5", "--size", "64", "--output",
            folder.file("people/"), "--quiet",
        ])
        try run(["prepare", folder.file("people"), "--output", folder.file("people.safetensors"), "--size", "64", "--quiet"])
        try run([
            "train", "--data", folder.file("people.safetensors"), "--config", recipe, "--output", folder.file("run"), "--set", "steps=250",
            "--set", "validate_every=250", "--set", "sheet_every=0", "--quiet",
        ])
        let last = try String(contentsOfFile: folder.file("run/metrics.jsonl"), encoding: .utf8).split(separator: "\n").last!
        let record = try #require(try JSONSerialization.jsonObject(with: Data(last.utf8)) as? [String: Any])
        let validation = try #require(record["validation"] as? [String: Any])
        let (made, copied) = (try #require(validation["psnr"] as? Double), try #require(validation["copied_psnr"] as? Double))
        // Seen: 21.75 dB against 21.48 dB.
        #expect(made > copied + 0.1, "\(made) dB, copying \(copied) dB")
        try run(["export", folder.file("run"), folder.file("model")])
        try run([
            "edit", "-m", folder.file("model"), "-s", folder.file("people/identity-0001/clip-01.mp4"), "--set", "1=1", "--output",
            folder.file("out.mp4"),
        ])
    }
}
