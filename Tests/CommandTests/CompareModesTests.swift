import Foundation
import Testing
import TestSupport

/// Tools/compare-modes as users run it, with the small reference network.
@Suite struct CompareModesTests {
    static let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../Tools/compare-modes").standardized.path
    static let hasPython = ["/usr/bin/python3", "/usr/local/bin/python3"].contains { FileManager.default.isExecutableFile(atPath: $0) }

    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try Samples.picture(width: 90, height: 70).write(to: folder.file("a.png"))
        try Samples.picture(width: 64, height: 64, shift: 0.1).write(to: folder.file("b.png"))
        try Samples.video(folder.file("driving.mp4"), frames: 5)
    }

    private func compare(_ more: [String], sources: [String] = ["a.png", "b.png"]) throws -> CommandRun {
        try CommandRun.lia(
            [],
            launcher: [
                "/usr/bin/env", "python3", Self.script, "--output", folder.file("results"), "--drivings", folder.file("driving.mp4"),
                "--model", Fixture.path("reference/lia-tiny.pt"), "--sources",
            ] + sources.map(folder.file) + more + ["--lia"])
    }

    private func reports() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.file("results")).filter { $0.contains("-by-") }.sorted()
    }

    @Test(.enabled(if: hasPython, "Python is optional")) func partsMakeOneTable() throws {
        let first = try compare(["--part", "1/2"])
        #expect(first.exitCode == 0 && first.output.isEmpty, "\(first.errors)")
        #expect(try reports().count == 1 && reports()[0].hasPrefix("a-by-driving-"))
        let kept = folder.file("results/\(try reports()[0])/table.json")
        let made = try FileManager.default.attributesOfItem(atPath: kept)[.modificationDate] as? Date
        let rest = try compare([])
        #expect(rest.exitCode == 0, "\(rest.errors)")
        // What was there is not made again.
        #expect(try FileManager.default.attributesOfItem(atPath: kept)[.modificationDate] as? Date == made)
        #expect(try reports().count == 2 && !rest.errors.contains("a.png") && rest.errors.contains("b.png"))
        let lines = rest.output.split(separator: "\n")
        // Head, rule, three modes of two pairs.
        #expect(lines.count == 8 && lines[2].contains("a.png") && lines[7].contains("b.png") && lines[7].contains("relative, best"))
        let table = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: folder.file("results/table.json"))))
        let rows = try #require(table as? [[String: Any]])
        #expect(rows.count == 6 && rows.allSatisfy { $0["from driving"] as? Double ?? 0 > 0 })
        #expect(try compare(["--table"]).output == rest.output)
    }

    @Test(.enabled(if: hasPython, "Python is optional")) func mistakesCostOneLine() throws {
        let missing = try compare([], sources: ["none.png"])
        #expect(missing.exitCode != 0 && missing.errors.contains("none.png") && !missing.errors.contains("Traceback"), "\(missing.errors)")
        #expect(try compare(["--part", "3/2"]).exitCode == 2)
        #expect(try compare(["--table"]).errors.contains("holds no finished pair"))
    }
}
