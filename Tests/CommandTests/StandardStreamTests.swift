import Foundation
import Media
import Testing
import TestSupport

/// Standard input, output and errors that are closed, full, or read by nobody.
@Suite struct StandardStreamTests {
    private let folder: TemporaryFolder
    private let arguments: [String]

    init() throws {
        folder = try TemporaryFolder()
        try Samples.picture().write(to: folder.file("source.png"))
        // A single frame has no change since itself, of which relative transfer warns.
        arguments = [
            "animate", "-m", Fixture.path("reference/lia-tiny.pt"), "-s", folder.file("source.png"), "-d", folder.file("source.png"), "-o",
            folder.file("out.png"),
        ]
    }

    /// Runs the program with redirections of a shell.
    private func lia(_ arguments: [String], _ redirections: String) throws -> CommandRun {
        try CommandRun.lia(arguments, launcher: ["/bin/sh", "-c", "\"$@\" \(redirections)", "sh"])
    }

    @Test(arguments: ["2>&-", "2>/dev/full", ">&- 2>&-", "<&- >&- 2>&-", "<&- 2>&-"])
    func anErrorThatNobodyCanGetKeepsItsExitCode(redirections: String) throws {
        let absent = try lia(["animate", "-s", "none.png", "-d", "none.mp4", "-o", folder.file("out.mp4")], redirections)
        #expect(absent.exitCode == 65 && !absent.wasKilled, "\(redirections): \(absent.exitCode)")
        let usage = try lia(["animate"], redirections)
        #expect(usage.exitCode == 64 && !usage.wasKilled, "\(redirections): \(usage.exitCode)")
    }

    @Test(arguments: ["2>&-", "2>/dev/full", ">&- 2>&-", "<&- >&- 2>&-"])
    func aWarningThatNobodyCanGetIsDropped(redirections: String) throws {
        #expect(try CommandRun.lia(arguments).errors.contains("warning"))
        let expected = try Samples.pixels(folder.file("out.png"))
        let run = try lia(arguments + ["--overwrite"], redirections)
        #expect(run.exitCode == 0 && !run.wasKilled, "\(redirections): \(run.exitCode) \(run.errors)")
        // No message has landed in the file.
        #expect(try Samples.pixels(folder.file("out.png")) == expected)
    }

    @Test func aResultThatStandsIsSaidToStand() throws {
        let run = try lia(arguments, ">/dev/full")
        #expect(
            run.exitCode == 74 && run.errors.contains("out.png is whole") && !run.errors.contains("nothing was written"), "\(run.errors)")
        #expect(try Picture.read(folder.file("out.png")).width == 64)
        let json = try lia(arguments + ["--overwrite", "--json"], ">/dev/full")
        #expect(json.exitCode == 74 && json.errors.contains("out.png is whole"), "\(json.errors)")
        for command in [["models"], ["--help"], ["inspect", arguments[2]], ["manual"]] {
            let printed = try lia(command, ">/dev/full")
            #expect(printed.exitCode == 74 && printed.errors.contains("disk is full; what was printed is cut short"), "\(printed.errors)")
        }
    }

    @Test func aRemarkToAClosedOutputIsDropped() throws {
        let run = try lia(arguments, ">&-")
        #expect(run.exitCode == 0 && !run.errors.contains("standard output"), "\(run.exitCode) \(run.errors)")
        let json = try lia(arguments + ["--overwrite", "--json"], ">&-")
        #expect(json.exitCode == 74 && json.errors.contains("is closed") && json.errors.contains("out.png is whole"), "\(json.errors)")
        let inspect = try lia(["inspect", arguments[2]], ">&-")
        #expect(inspect.exitCode == 74 && inspect.errors.contains("is closed"), "\(inspect.errors)")
    }

    @Test func aResultForAClosedOutputIsRefused() throws {
        let piped = Array(arguments.dropLast(2)) + ["-o", "-", "--format", "png"]
        let run = try lia(piped, ">&-")
        #expect(run.exitCode == 74 && run.errors == "lia: standard output: is closed, and the result was to go there; name a file\n")
    }

    /// A pipe whose reader is gone ends what is printed, and nothing else.
    @Test func aPipeThatNobodyReads() throws {
        func code(_ arguments: [String]) throws -> Int32? {
            let file = folder.file("code")
            let script = "(sleep 0.3; \"$@\"; echo $? > '\(file)') | true"
            let run = try CommandRun.lia(arguments, launcher: ["/bin/sh", "-c", script, "sh"])
            #expect(!run.errors.contains("Broken pipe"), "\(run.errors)")
            let deadline = Date().addingTimeInterval(60)
            while Date() < deadline {
                if let text = try? String(contentsOfFile: file, encoding: .utf8), text.hasSuffix("\n") {
                    try FileManager.default.removeItem(atPath: file)
                    return Int32(text.dropLast())
                }
                usleep(10_000)
            }
            return nil
        }
        #expect(try code(arguments + ["-q"]) == 0)
        #expect(try code(arguments + ["--overwrite"]) == 0)
        #expect(try code(["inspect", arguments[2]]) == 141)
        for format in ["png", "mp4", "gif"] {
            #expect(try code(Array(arguments.dropLast(2)) + ["-o", "-", "--format", format, "-q"]) == 141, "\(format)")
        }
    }
}
