import Foundation
import Testing
import TestSupport

/// What a run leaves that is killed, the next one removes.
@Suite struct KilledRunTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try Samples.picture().write(to: folder.file("source.png"))
        try Samples.video(folder.file("driving.mp4"), frames: 200)
    }

    private var leftovers: [String] { folder.names.filter { $0.contains(".partial-") } }

    private func expectClean(_ arguments: [String], _ output: String, shortened: [String]) throws {
        let model = ["-m", Fixture.path("reference/lia-tiny.pt"), "-q", "-o", folder.file(output)]
        for _ in 0..<2 {
            let run = try CommandRun.lia(arguments + model, signal: SIGKILL) { !leftovers.isEmpty }
            #expect(run.wasKilled, "\(arguments[0]) ended before it was killed: \(run.errors)")
        }
        // Each run removes what the one before it left.
        #expect(leftovers.count == 1, "\(leftovers)")
        let last = try CommandRun.lia(arguments + model + shortened)
        #expect(last.exitCode == 0, "\(last.errors)")
        #expect(leftovers.isEmpty, "\(arguments[0]): \(leftovers)")
    }

    @Test func animate() throws {
        try expectClean(
            ["animate", "-s", folder.file("source.png"), "-d", folder.file("driving.mp4")], "out.mp4", shortened: ["--frames", "1..2"])
    }

    @Test func animateIntoAFolder() throws {
        try expectClean(
            ["animate", "-s", folder.file("source.png"), "-d", folder.file("driving.mp4")], "out/", shortened: ["--frames", "1..2"])
    }

    @Test func edit() throws {
        try expectClean(["edit", "-s", folder.file("driving.mp4"), "--set", "1=1"], "out.webm", shortened: ["--frames", "1..2"])
    }

    @Test func encode() throws {
        try expectClean(["encode", folder.file("driving.mp4")], "motion.json", shortened: ["--frames", "1..2"])
    }
}
