import Foundation
import Testing
import TestSupport

/// `lia evaluate`.
@Suite struct EvaluateTests {
    let folder: TemporaryFolder
    let clips: String

    init() throws {
        folder = try TemporaryFolder()
        clips = folder.file("clips")
        try FileManager.default.createDirectory(atPath: clips + "/ann", withIntermediateDirectories: true)
        try Samples.video(clips + "/ann/one.mp4", frames: 4)
        try Samples.video(clips + "/bob.mp4", frames: 5)
    }

    private func evaluate(_ arguments: [String]) throws -> CommandRun {
        try CommandRun.lia(
            ["evaluate", "--model", Fixture.path("reference/lia-tiny.pt")] + arguments,
            environment: ["XDG_CACHE_HOME": folder.file("caches")])
    }

    private func report(_ arguments: [String]) throws -> [String: Any] {
        let run = try evaluate(arguments + ["--json"])
        #expect(run.exitCode == 0, "\(run.errors)")
        return try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
    }

    private func l1(_ report: [String: Any], baseline: String?) throws -> Double {
        let rows = try #require(report["rows"] as? [[String: Any]])
        let row = rows.first { ($0["subject"] as? [String: Any])?["baseline"] as? String == baseline }
        return try #require(((row?["measures"] as? [String: Any])?["l1"] as? [String: Any])?["mean"] as? Double)
    }

    @Test func aFolderAndItsPreparedDataSayTheSame() throws {
        let folderReport = try report(["--task", "reconstruction", "--data", clips])
        let names = (folderReport["clips"] as? [[String: Any]])?.map { $0["name"] as? String }
        #expect(names == ["ann/one", "bob"] && (folderReport["clips"] as? [[String: Any]])?.map { $0["frames"] as? Int } == [3, 4])
        let size = try #require(folderReport["size"] as? Int)
        let prepared = folder.file("data.safetensors")
        let run = try CommandRun.lia(["prepare", clips, "-o", prepared, "--size", "\(size)", "--frames-per-second", "1000"])
        #expect(run.exitCode == 0, "\(run.errors)")
        let preparedReport = try report(["--task", "reconstruction", "--data", prepared])
        for baseline in [nil, "copy", "mean frame"] as [String?] {
            let (a, b) = (try l1(folderReport, baseline: baseline), try l1(preparedReport, baseline: baseline))
            #expect(abs(a - b) < 1e-9 && a > 0, "\(baseline ?? "model"): \(a), \(b)")
        }
        let few = try report(["--task", "reconstruction", "--data", clips, "--frame-count", "2"])
        #expect((few["clips"] as? [[String: Any]])?.map { $0["frames"] as? Int } == [1, 1])
    }

    @Test func tablesAreReadable() throws {
        let cross = try evaluate(["--task", "cross", "--data", clips])
        #expect(
            cross.exitCode == 0 && cross.output.contains("identity drift ↓") && cross.output.contains("lia-tiny relative"),
            "\(cross.errors)")
        #expect(!cross.output.contains("LPIPS") && !cross.output.contains("FID ↓") && !cross.output.contains(" \n"))
        #expect(cross.output.contains("not measured, for want of a network: FID, which needs --inception"))
        let puppets = try evaluate(["--task", "puppets", "--pairs", "1", "--frame-count", "3", "--size", "192"])
        #expect(puppets.exitCode == 0 && puppets.output.contains("MS-SSIM ↑") && puppets.output.contains("yaw"), "\(puppets.errors)")
        #expect(try evaluate(["--task", "cross", "--data", clips, "--quiet"]).output.isEmpty)
    }

    @Test func resultsAreKept() throws {
        func run(_ more: [String]) throws -> CommandRun { try evaluate(["--task", "cross", "--data", clips, "--json"] + more) }
        func kept(_ name: String) -> [String] { (try? FileManager.default.contentsOfDirectory(atPath: folder.file(name))) ?? [] }
        let without = try run(["--no-cache"])
        #expect(without.exitCode == 0 && kept("caches").isEmpty, "\(without.errors)")
        let first = try run([])
        #expect(first.output == without.output && kept("caches/lia/evaluation").count == 4)
        #expect(try run(["--jobs", "2"]).output == without.output)
        #expect(try run(["--cache", folder.file("mine"), "--jobs", "2"]).output == without.output && kept("mine").count == 4)
        // What cannot be kept is no reason to fail, but where it was asked for.
        try Data().write(to: URL(fileURLWithPath: folder.file("file")))
        let refused = try run(["--cache", folder.file("file/folder")])
        #expect(refused.exitCode == 74 && refused.errors.contains("--no-cache"), "\(refused.errors)")
        let elsewhere = try CommandRun.lia(
            ["evaluate", "--model", Fixture.path("reference/lia-tiny.pt"), "--task", "cross", "--data", clips, "--json"],
            environment: ["XDG_CACHE_HOME": folder.file("file")])
        #expect(elsewhere.exitCode == 0 && elsewhere.output == without.output)
        #expect(elsewhere.errors.contains("results are not cached"))
    }

    /// One person in both roles needs no other's name, and absolute transfer is then nearer the truth's own motion.
    @Test func thePersonMayBeTheSame() throws {
        func clips(_ more: [String]) throws -> (names: [String?], l1: Double) {
            let found = try report(["--task", "puppets", "--pairs", "1", "--frame-count", "3", "--size", "64", "--no-cache"] + more)
            return ((found["clips"] as? [[String: Any]])?.map { $0["name"] as? String } ?? [], try l1(found, baseline: nil))
        }
        let (other, same) = (try clips([]), try clips(["--same-person"]))
        #expect(other.names == ["person 9000 by person 9001"] || other.names == ["person 9000 by 9001"], "\(other.names)")
        #expect(same.names == ["person 9000"] && same.l1 != other.l1)
    }

    @Test func mistakesAreSaid() throws {
        let empty = folder.file("empty")
        try FileManager.default.createDirectory(atPath: empty, withIntermediateDirectories: true)
        try Data("no video".utf8).write(to: URL(fileURLWithPath: folder.file("text.txt")))
        let one = folder.file("one")
        try FileManager.default.createDirectory(atPath: one, withIntermediateDirectories: true)
        try Data("no video".utf8).write(to: URL(fileURLWithPath: one + "/broken.mp4"))
        for (arguments, code, words) in [
            (["--data", clips], 64, "--task"), (["--task", "fid", "--data", clips], 64, "--task"), (["--task", "cross"], 64, "--data"),
            (["--task", "puppets", "--data", clips], 64, "--data"), (["--task", "cross", "--data", clips, "--pairs", "2"], 64, "--pairs"),
            (["--task", "cross", "--data", clips, "--other-pose"], 64, "--other-pose"),
            (["--task", "puppets", "--pairs", "0"], 64, "--pairs"), (["--task", "puppets", "--frame-count", "1"], 64, "--frame-count"),
            (["--task", "puppets", "--fit", "pad"], 64, "--fit"), (["--task", "puppets", "--size", "7"], 64, "--size"),
            (["--task", "puppets", "--model", "a,,b"], 64, "--model"), (["--task", "puppets", "--model", "a,a"], 64, "--model"),
            (["--task", "puppets", "--model", "absent-model"], 65, "absent-model"),
            (["--task", "cross", "--data", folder.file("absent")], 65, "absent"), (["--task", "cross", "--data", empty], 65, "no videos"),
            (["--task", "cross", "--data", folder.file("text.txt")], 65, "text.txt"),
            (["--task", "cross", "--data", one], 65, "broken.mp4"),
            (["--task", "cross", "--data", clips + "/ann"], 65, "takes two"),
            (["--task", "puppets", "--jobs", "0"], 64, "--jobs"),
            (["--task", "puppets", "--lpips-backbone", "a"], 64, "--lpips-linear"),
            (["--task", "cross", "--data", clips, "--lpips-backbone", "a", "--lpips-linear", "b"], 64, "truth"),
            (["--task", "puppets", "--cache", "a", "--no-cache"], 64, "--no-cache"),
            (["--task", "puppets", "--inception", folder.file("absent.pth")], 65, "absent.pth"),
            (["--task", "puppets", "--inception", Fixture.path("reference/lia-tiny.pt")], 65, "expected Inception v3"),
            (["--task", "puppets", "--identity-network", Fixture.path("reference/lia-tiny.pt")], 65, "InceptionResnetV1"),
            (
                [
                    "--task", "puppets", "--lpips-backbone", Fixture.path("reference/lia-tiny.pt"), "--lpips-linear",
                    Fixture.path("reference/lia-tiny.pt"),
                ], 65, "AlexNet"
            ),
        ] as [([String], Int32, String)] {
            let run = try evaluate(arguments)
            #expect(run.exitCode == code && run.errors.contains(words) && !run.wasKilled, "\(arguments): \(run.errors)")
            if code != 64 { #expect(run.errors.split(separator: "\n").count == 1, "\(run.errors)") }
        }
    }

    @Test func helpTeaches() throws {
        let help = try CommandRun.lia(["evaluate", "--help"]).output
        #expect(help.contains("EXAMPLES") && help.contains("lia evaluate --task puppets") && help.contains("--frame-count"))
        #expect(help.contains("--identity-network"))
    }

    /// A film with sound is dubbed with it and compared with itself: the square is nearly the film's, and what has no sound is left out.
    @Test func filmsAreDubbedWithTheirOwnSound() throws {
        let films = folder.file("films"), picture = folder.file("person.png")
        try FileManager.default.createDirectory(atPath: films, withIntermediateDirectories: false)
        try Samples.video(films + "/silent.mp4", frames: 4)
        for arguments in [
            ["puppets", "--identity", "3", "--size", "256", "--output", picture],
            ["animate", "-s", picture, "--audio", Fixture.path("speech/speech.wav"), "-o", films + "/talk.mp4"],
        ] {
            let run = try CommandRun.lia(arguments + ["-q"])
            #expect(run.exitCode == 0, "\(run.errors)")
        }
        let run = try CommandRun.lia(["evaluate", "--task", "dub", "--model", "dub", "--data", films, "--frame-count", "12", "--json"])
        #expect(run.exitCode == 0 && run.errors.contains("silent.mp4: has no sound; it is left out"), "\(run.errors)")
        let report = try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
        #expect(report["size"] == nil && report["source"] == nil)
        let found = try #require(((report["models"] as? [[String: Any]])?.first?["speeches"] as? [[String: Any]])?.first)
        #expect(found["name"] as? String == "talk" && found["lost"] as? Int == 0)
        // Another face's mouth, or one somewhere else in the picture, has half of it.
        #expect(try #require(found["psnr"] as? Double) > 20 && (found["ssim"] as? Double ?? 0) > 0.6, "\(found)")
        let refusal = try CommandRun.lia(["evaluate", "--task", "dub", "--model", "dub", "--data", films, "--size", "256"])
        #expect(refusal.exitCode == 64 && refusal.errors.contains("--size is for drawn people"), "\(refusal.errors)")
    }
}
