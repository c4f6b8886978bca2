import Foundation
import TestSupport
import Testing

/// `lia serve` as another program starts it: what ends it, and how.
@Suite(.timeLimit(.minutes(5))) struct ServeTests {
    private static let hello = "{\"id\": 1, \"method\": \"hello\", \"params\": {\"schema\": 1}}"

    /// Runs it with a text on its standard input, and a shell's text after it.
    private func serve(_ input: String, then: String = "") throws -> CommandRun {
        try CommandRun.lia(
            ["serve", "--stdio"], environment: ["REQUESTS": input],
            launcher: ["/bin/bash", "-c", "printf '%s' \"$REQUESTS\" | \"$@\" \(then)\nexit ${PIPESTATUS[1]}", "bash"])
    }

    @Test func theEndOfTheInputEndsIt() throws {
        let run = try serve(Self.hello + "\n{\"id\": 2, \"method\": \"edit\"}\n")
        #expect(run.exitCode == 0 && run.errors.isEmpty)
        let lines = run.output.split(separator: "\n")
        #expect(lines.count == 2 && lines[0].contains("\"program\":\"lia\"") && lines[1].contains("portrait: expected a whole number"))
        #expect(try serve("").exitCode == 0)
    }

    @Test func inputThatEndsWithinARequest() throws {
        let run = try serve(Self.hello)
        #expect(run.exitCode == 65 && run.errors == "lia: standard input: ended within a line\n")
        #expect(run.output.contains("\"id\":null"))
    }

    @Test func answersThatNobodyReads() throws {
        let run = try serve(String(repeating: Self.hello + "\n", count: 2000), then: "| head -c 10")
        #expect(run.exitCode == 141 && run.errors.isEmpty, "\(run.exitCode) \(run.errors)")
    }

    @Test func requestsComeFromSomewhere() throws {
        let run = try CommandRun.lia(["serve"])
        #expect(run.exitCode == 64 && run.errors.contains("--stdio is missing"))
    }
}
