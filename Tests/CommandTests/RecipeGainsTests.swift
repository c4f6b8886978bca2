import Foundation
import Testing
import TestSupport

/// Tools/training/recipe-gains as users run it, at its smallest.
@Suite(.enabled(if: AblateTests.hasPython && FacesCommandTests.arePresent, "Python and the networks of faces are optional"))
struct RecipeGainsTests {
    static let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../Tools/training/recipe-gains").standardized.path

    @Test func theRecipesPartsAreTrainedAndMeasured() throws {
        let folder = try TemporaryFolder()
        func gains(_ more: [String] = []) throws -> CommandRun {
            try CommandRun.lia(
                ["--threads", "1"],
                launcher: [
                    "/usr/bin/env", "python3", Self.script, "--output", folder.file("out"), "--data", folder.file("data.safetensors"),
                    "--landmarks", folder.file("landmarks.safetensors"), "--held-out", folder.file("data.safetensors"), "--variants",
                    "data,wide", "--steps", "2", "--frame-count", "15", "--set", "size=32", "--set",
                    "channels=4:8 8:8 16:8 32:8", "--set", "code=24",
                ] + more + ["--lia"])
        }
        let absent = try gains()
        #expect(absent.exitCode == 2 && absent.errors.contains("--data: \(folder.file("data.safetensors")) is no file"), "\(absent.errors)")

        try FileManager.default.createDirectory(atPath: folder.file("films"), withIntermediateDirectories: true)
        for person in ["4", "9"] {
            _ = try CommandRun.lia([
                "puppets", "--identity", person, "--motion", person, "--energy", "1.5", "--frame-count", "30", "--frames-per-second", "25",
                "--size", "128", "--output", folder.file("films/\(person).mp4"),
            ])
        }
        let prepared = try CommandRun.lia([
            "prepare", folder.file("films"), "--size", "32", "--output", folder.file("data.safetensors"), "--landmarks",
            folder.file("landmarks.safetensors"),
        ])
        #expect(prepared.exitCode == 0, "\(prepared.errors)")
        let run = try gains()
        #expect(run.exitCode == 0, "\(run.errors)")
        let rows = run.output.split(separator: "\n").map { $0.split(separator: "|", omittingEmptySubsequences: false) }
        #expect(rows.count == 5 && Set(rows.map(\.count)).count == 1, "\(run.output)")
        #expect(rows[2][1].contains("films alone") && rows[3][1].contains("widths") && rows[4][1].contains("copy"))
        for row in rows[2...4] { #expect(Double(row[2].filter { $0 != " " }) ?? 0 > 0, "\(row)") }

        // Each has of the recipe what it is named after.
        func configuration(_ name: String) throws -> [String: [String: Any]] {
            let data = try Data(contentsOf: URL(fileURLWithPath: folder.file("out/runs/\(name)-1/configuration.json")))
            let all = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
            return all.compactMapValues { $0 as? [String: Any] }
        }
        let (data, wide) = (try configuration("data"), try configuration("wide"))
        #expect(data["losses"]?["mesh"] as? Double == 0 && wide["losses"]?["mesh"] as? Double == 1.5)
        #expect(data["data"]?["landmarks"] as? String == "" && wide["losses"]?["adversarial_regions"] as? Double == 0.5)
        #expect(data["losses"]?["perceptual"] as? Double == 2 && data["network"]?["paints"] as? Bool == false)

        let again = try gains()
        #expect(again.exitCode == 0 && again.output == run.output && again.errors.isEmpty, "\(again.errors)")
        let wrong = try gains(["--steps", "3"])
        #expect(wrong.exitCode == 1 && wrong.errors.contains("another steps: expected 3, found 2"), "\(wrong.errors)")
    }
}
