import Foundation
import Testing
import TestSupport

/// Tools/training/ablate as users run it, at its smallest.
@Suite struct AblateTests {
    static let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../Tools/training/ablate").standardized.path
    static let hasPython = ["/usr/bin/python3", "/usr/local/bin/python3"].contains { FileManager.default.isExecutableFile(atPath: $0) }

    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func ablate(_ more: [String] = []) throws -> CommandRun {
        try CommandRun.lia(
            ["--threads", "1"],
            launcher: ["/usr/bin/env", "python3", Self.script, "--output", folder.file("a"), "--quick"] + more + ["--lia"])
    }

    private func bytes(_ name: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: folder.file("a/\(name)"))) }

    @Test(.enabled(if: hasPython, "Python is optional")) func aTableIsMadeOnceAndGoneOnWith() throws {
        let run = try ablate()
        #expect(run.exitCode == 0, "\(run.errors)")
        let rows = run.output.split(separator: "\n").map { $0.split(separator: "|", omittingEmptySubsequences: false) }
        // The table has a head, a rule, two variants and two baselines, all as wide.
        #expect(rows.count == 6 && Set(rows.map(\.count)) == [12], "\(run.output)")
        #expect(rows[2][1].contains("20 orthonormal") && rows[3][1].contains("no dictionary"))
        for row in rows[2...3] { #expect(Double(row[2].filter { !" *".contains($0) }) ?? 0 > 0, "\(row)") }
        #expect(try bytes("table.md") == Data(run.output.utf8))
        let report = try #require(try JSONSerialization.jsonObject(with: bytes("table.json")) as? [String: Any])
        let results = try #require(report["results"] as? [[String: Any]])
        #expect(results.map { $0["variant"] as? String } == ["m20", "none"])
        #expect(results.allSatisfy { ($0["r2"] as? [String: Any])?["yaw"] != nil && ($0["parameters"] as? Int ?? 0) > 1000 })

        // Nothing is made twice; what was stopped before it became a model is.
        let (first, second) = (try bytes("models/m20-1/weights.safetensors"), try bytes("models/none-1/weights.safetensors"))
        try FileManager.default.removeItem(atPath: folder.file("a/models/none-1"))
        let again = try ablate()
        #expect(again.exitCode == 0 && again.output == run.output, "\(again.errors)")
        #expect(again.errors.contains("none-1: going on") && !again.errors.contains("m20-1"), "\(again.errors)")
        #expect(try bytes("models/m20-1/weights.safetensors") == first && bytes("models/none-1/weights.safetensors") == second)

        for (words, code, found) in [
            (["--steps", "5"], Int32(1), "another steps: expected 5, found 4"), (["--variants", "m40"], 1, "directions"),
            (["--variants", "m7"], 2, "expected some of m20, m5"), (["--seeds", "1,1"], 2, "--seeds"), (["--set", "x"], 2, "key=value"),
        ] {
            let wrong = try ablate(words)
            #expect(wrong.exitCode == code && wrong.errors.contains(found), "\(words): \(wrong.errors)")
            if code == 1 { #expect(wrong.errors.split(separator: "\n").last?.hasPrefix("ablate: ") == true, "\(wrong.errors)") }
        }
    }

    @Test(.enabled(if: hasPython, "Python is optional")) func helpTeachesByExample() throws {
        let run = try CommandRun.lia([], launcher: ["/usr/bin/env", "python3", Self.script, "--help"])
        #expect(run.exitCode == 0 && run.output.contains("Tools/training/ablate --output runs/ablation"))
        for name in ["m5", "m40", "none", "free", "unmasked", "sparse"] { #expect(run.output.contains("    \(name) "), "\(name)") }
    }
}
