import Foundation
import Testing
import TestSupport

/// What a user's machine refuses: memory, and files that go away while they are read. One line each, and nothing is left.
@Suite struct LimitTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try Samples.picture().write(to: folder.file("source.png"))
        try Samples.video(folder.file("driving.mp4"), frames: 200)
    }

    private var arguments: [String] {
        [
            "animate", "-s", folder.file("source.png"), "-d", folder.file("driving.mp4"), "-m", Fixture.path("reference/lia-tiny.pt"),
            "--threads", "1", "-q", "-o", folder.file("out.mp4"), "--overwrite",
        ]
    }

    private var leftovers: [String] { folder.names.filter { $0.contains(".partial-") } }

    /// Under a limit the program ends at once, where a library it uses would try again without end.
    @Test func aLimitOnMemoryIsSaid() throws {
        var said = 0
        for megabytes in stride(from: 400, through: 700, by: 50) {
            let begin = Date()
            let run = try CommandRun.lia(
                arguments + ["--frames", "1..3"], launcher: ["/bin/sh", "-c", "ulimit -v \(megabytes * 1024); exec \"$0\" \"$@\""])
            #expect(!run.wasKilled && [0, 74, 127].contains(run.exitCode), "\(megabytes) MB: \(run.exitCode) \(run.errors)")
            #expect(Date().timeIntervalSince(begin) < 60, "\(megabytes) MB")
            if run.exitCode == 74 {
                said += 1
                #expect(run.errors.hasPrefix("lia: not enough memory: ") && run.errors.split(separator: "\n").count == 1, "\(run.errors)")
            }
            #expect(leftovers.isEmpty)
        }
        #expect(said > 0)
    }

    /// Too few descriptors, or memory that is refused wherever it is asked for, is a line.
    @Test func aLimitOnDescriptorsIsSaid() throws {
        for count in [3, 4, 5, 8, 14] {
            let run = try CommandRun.lia(
                arguments + ["--frames", "1..3"], launcher: ["/bin/sh", "-c", "ulimit -n \(count); exec \"$0\" \"$@\""])
            #expect(!run.wasKilled && [0, 74, 127].contains(run.exitCode), "\(count): \(run.exitCode) \(run.errors)")
            if run.exitCode == 74 { #expect(run.errors.split(separator: "\n").count == 1, "\(run.errors)") }
            #expect(leftovers.isEmpty)
        }
    }

    /// The signal that comes where a file that is read has been made shorter.
    @Test func aFileThatGoesAwayIsSaid() throws {
        let run = try CommandRun.lia(arguments, signal: SIGBUS) { !leftovers.isEmpty }
        #expect(run.exitCode == 65 && !run.wasKilled, "\(run.exitCode)")
        #expect(
            run.errors.contains("changed or went away while it was read") && run.errors.split(separator: "\n").count == 1, "\(run.errors)")
        #expect(leftovers.isEmpty && !folder.names.contains("out.mp4"))
    }

    /// A GIF that has fewer frames than the video says so, in the report too.
    @Test func theReportCountsWhatAGIFHolds() throws {
        try Samples.video(folder.file("fast.mp4"), frames: 20, rate: 60)
        let run = try CommandRun.lia([
            "animate", "-s", folder.file("source.png"), "-d", folder.file("fast.mp4"), "-m", Fixture.path("reference/lia-tiny.pt"), "-o",
            folder.file("out.gif"), "--json",
        ])
        #expect(run.exitCode == 0 && run.output.contains("\"frames\" : 10"), "\(run.output)")
        #expect(run.errors.contains("10 of 20 frames were left out, because GIF holds 50 frames a second at most"), "\(run.errors)")
    }
}
