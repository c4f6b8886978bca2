import Foundation
import Testing
import TestSupport

/// Help texts are a contract: what each command's `--help` prints stands in a file (written anew by `make help-texts`).
@Suite struct HelpTests {
    private static let folder = Fixture.path("help")

    /// "explore label" for explore-label.txt.
    static let commands = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { $0.hasSuffix(".txt") }.sorted()

    @Test(arguments: commands) func helpIsAsAgreed(_ file: String) throws {
        let name = file.dropLast(4), words = name == "lia" ? [] : name.split(separator: "-").map(String.init)
        let expected = try String(contentsOfFile: Self.folder + "/" + file, encoding: .utf8)
        let run = try CommandRun.lia(words + ["--help"])
        #expect(run.exitCode == 0 && run.output == expected, "lia \(words.joined(separator: " ")) --help has changed; see make help-texts")
    }

    /// Commands in a help text are not broken but by a backslash, so that they can be copied.
    @Test(arguments: commands) func examplesAreWhole(_ file: String) throws {
        let text = try String(contentsOfFile: Self.folder + "/" + file, encoding: .utf8)
        let lines = text.components(separatedBy: "\n").prefix { !$0.hasPrefix("USAGE") }
        for (line, next) in zip(lines, lines.dropFirst()) where line.hasPrefix("  ") && line.drop(while: { $0 == " " }).hasPrefix("lia ") {
            #expect(next.isEmpty || next.hasPrefix("  "), "\(line) | \(next)")
        }
    }

    /// Every command that the program's own help lists has a file.
    @Test func everyCommandHasAText() throws {
        let help = try CommandRun.lia(["--help"]).output
        let list = try #require(help.components(separatedBy: "SUBCOMMANDS:\n").last)
        let commands = list.split(separator: "\n").compactMap { line -> String? in
            guard line.hasPrefix("  "), !line.hasPrefix("   ") else { return nil }
            return line.split(separator: " ").first.map(String.init)
        }.filter { $0 != "See" }
        #expect(commands.count >= 14)
        for command in commands { #expect(Self.commands.contains(command + ".txt"), "\(command)") }
    }

    /// The manual page has every command's help, and nothing that troff would take for a request of its own.
    @Test func theManualHoldsEveryHelp() throws {
        let run = try CommandRun.lia(["manual"])
        let lines = run.output.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(run.exitCode == 0 && lines[0].hasPrefix(".TH LIA 1"))
        let requests = Set(lines.filter { $0.hasPrefix(".") }.map { $0.prefix { $0 != " " } })
        #expect(requests == [".TH", ".SH", ".B", ".I", ".RI", ".nf", ".fi"])
        for heading in ["LIA ANIMATE", "LIA EXPLORE LABEL", "LIA TRAIN"] { #expect(lines.contains(".SH \(heading)"), "\(heading)") }
        #expect(lines.filter { $0.contains("USAGE: lia animate") }.count == 1)
    }

    @Test func theVersionIsThatOfTheChangelog() throws {
        let root = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../CHANGELOG.md").standardized.path
        let changelog = try String(contentsOfFile: root, encoding: .utf8)
        let newest = try #require(changelog.split(separator: "\n").first { $0.hasPrefix("## ") }).dropFirst(3)
        #expect(try CommandRun.lia(["--version"]).output == newest + "\n")
    }

    /// The lists of settings in docs are what the program prints, and its JSON says the same.
    @Test(arguments: ["lia", "fomm", "dinet", "syncnet", "speech"]) func settingsAreListed(_ family: String) throws {
        let arguments = ["train", "--list-settings", "--set", "family=\(family)"]
        let docs = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../docs/settings-\(family).txt")
        let run = try CommandRun.lia(arguments)
        #expect(run.exitCode == 0)
        #expect(run.output == (try String(contentsOf: docs.standardized, encoding: .utf8)), "run `make help-texts`")
        let json = try CommandRun.lia(arguments + ["--json"]).output
        let report = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
        let settings = try #require(report["settings"] as? [[String: String]])
        #expect(settings.count == run.output.split(separator: "\n").count / 2)
        let steps = try #require(settings.first { $0["name"] == "steps" })
        #expect(steps["allowed"]?.isEmpty == false && Int(steps["default"] ?? "") != nil)
        #expect(run.output.contains("\nsteps = \(steps["default"]!)  ("))
    }

    @Test func listedSettingsGoAlone() throws {
        for wrong in [["--data", "d"], ["--output", "o"], ["--resume"]] {
            #expect(try CommandRun.lia(["train", "--list-settings"] + wrong).exitCode == 64)
        }
        #expect(try CommandRun.lia(["train", "--output", "o"]).errors.contains("--data"))
        #expect(try CommandRun.lia(["train", "--data", "d", "--output", "o", "--json"]).exitCode == 64)
        #expect(try CommandRun.lia(["train", "--list-settings", "--set", "family=nonesuch"]).errors.contains("lia, fomm"))
    }
}
