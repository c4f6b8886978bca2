import Foundation
import Media
import Testing
import TestSupport

/// Many animations in one run.
@Suite struct BatchTests {
    let folder: TemporaryFolder

    private struct Manifest: Decodable {
        struct Job: Decodable {
            let source, output, state: String
            let driving, error: String?
            let frames: Int?
        }
        let format: String
        let jobs: [Job]
        var states: [String] { jobs.map(\.state) }
    }

    init() throws {
        folder = try TemporaryFolder()
        for name in ["people", "talks"] {
            try FileManager.default.createDirectory(atPath: folder.file(name), withIntermediateDirectories: true)
        }
        for number in 1...3 {
            try Samples.picture(width: 64 + number, height: 64).write(to: folder.file("people/person-\(number).png"))
        }
        for number in 1...2 { try Samples.video(folder.file("talks/talk-\(number).mp4"), frames: 3 + number) }
    }

    private func lia(_ arguments: [String], when: (() -> Bool)? = nil) throws -> CommandRun {
        try CommandRun.lia(
            ["animate", "--model", Fixture.path("reference/lia-tiny.pt"), "--crop", "centre"] + arguments, folder: folder.path,
            interruptWhen: when)
    }

    private func manifest(_ name: String) throws -> Manifest {
        try JSONDecoder().decode(Manifest.self, from: Data(contentsOf: URL(fileURLWithPath: folder.file(name))))
    }

    private func table(_ text: String) throws { try Data(text.utf8).write(to: URL(fileURLWithPath: folder.file("jobs.csv"))) }

    private func frames(_ name: String) throws -> [Picture] {
        let reader = try FrameReader(folder.file(name))
        var frames: [Picture] = []
        while let frame = try reader.next() { frames.append(frame.picture) }
        return frames
    }

    @Test func aTableIsRunAndFailuresAreNamed() throws {
        try table(
            """
            source,driving,output,mode,frames,set,no-audio
            people/person-1.png,talks/talk-1.mp4,one/,absolute,,,
            people/absent.png,talks/talk-1.mp4,two.mp4,,,,
            people/person-2.png,talks/talk-2.mp4,"three, with a comma/",,2..3,"1=0.5,2=-0.5",true

            people/person-3.png,,four.png,,,1=2,
            people/person-3.png,talks/talk-1.mp4,five.mp4,sideways,,,
            """)
        let run = try lia(["--batch", "jobs.csv", "--jobs", "2"])
        #expect(run.exitCode == 65 && !run.wasKilled, "\(run)")
        #expect(run.output.contains("jobs.csv: 3 done, 0 there already, 2 failed"))
        #expect(run.errors.contains("jobs.csv, line 3: ") && run.errors.contains("absent.png") && run.errors.contains("no such file"))
        #expect(run.errors.contains("jobs.csv, line 7: ") && run.errors.contains("sideways"))
        #expect(run.errors.contains("2 of 5 jobs failed"))
        let found = try manifest("jobs.manifest.json")
        #expect(found.format == "lia-batch" && found.states == ["done", "failed", "done", "done", "failed"])
        #expect(found.jobs[0].frames == 4 && found.jobs[2].frames == 2 && found.jobs[1].error?.contains("absent.png") == true)
        // Each is what the command alone makes, with its options.
        for (output, arguments) in [
            ("one/", ["-s", "people/person-1.png", "-d", "talks/talk-1.mp4", "--mode", "absolute"]),
            ("three, with a comma/", ["-s", "people/person-2.png", "-d", "talks/talk-2.mp4", "--frames", "2..3", "--set", "1=0.5,2=-0.5"]),
        ] {
            #expect(try lia(arguments + ["-o", "alone/", "--overwrite"]).exitCode == 0)
            #expect(try frames("alone/") == frames(output))
        }
        // Again: what is there is left, what failed is tried.
        try Samples.picture(width: 64, height: 70).write(to: folder.file("people/absent.png"))
        let again = try lia(["--batch", "jobs.csv"])
        #expect(again.exitCode == 65 && again.output.contains("1 done, 3 there already, 1 failed"))
        #expect(try manifest("jobs.manifest.json").states == ["skipped", "done", "skipped", "skipped", "failed"])
    }

    @Test func everyPairOfFoldersIsMadeInShares() throws {
        for share in 1...4 {
            let run = try lia(["-s", "people/", "-d", "talks/", "-o", "results/", "--shard", "\(share)/4", "--quiet"])
            #expect(run.exitCode == 0 && run.output.isEmpty && run.errors.isEmpty, "\(run)")
        }
        let parts = try (1...4).map { try manifest("results/manifest-\($0)-of-4.json").jobs }
        #expect(parts.map(\.count) == [2, 2, 1, 1])
        let expected = (1...3).flatMap { person in (1...2).map { "results/person-\(person)-talk-\($0).mp4" } }
        #expect(parts.flatMap { $0 }.map(\.output).sorted() == expected)
        for path in expected { #expect(try frames(path).count == (path.contains("talk-1") ? 4 : 5)) }
        let whole = try lia(["-s", "people/", "-d", "talks/", "-o", "results/", "--json"])
        #expect(whole.exitCode == 0)
        #expect(try JSONDecoder().decode(Manifest.self, from: Data(whole.output.utf8)).states == Array(repeating: "skipped", count: 6))
        // One driving video for all, and edits without one.
        #expect(try lia(["-s", "people/", "-d", "talks/talk-1.mp4", "-o", "some/"]).output.contains("3 done"))
        #expect(try lia(["-s", "people/", "--set", "1=1", "-o", "edits/"]).output.contains("3 done"))
        #expect(try Picture.read(folder.file("edits/person-1.png")).width > 0)
    }

    /// Interrupted after a result, it goes on with the others, and nothing half stands anywhere.
    @Test func anInterruptedBatchGoesOn() throws {
        try FileManager.default.removeItem(atPath: folder.file("talks/talk-2.mp4"))
        try Samples.video(folder.file("talks/talk-2.mp4"), frames: 150)
        let first = folder.file("results/person-1-talk-1.mp4")
        let run = try lia(["-s", "people/", "-d", "talks/", "-o", "results/"]) { FileManager.default.fileExists(atPath: first) }
        #expect(run.exitCode == 130, "\(run)")
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.file("results"))
        #expect(left.contains("person-1-talk-1.mp4") && left.count < 7 && !left.contains { $0.contains("partial") }, "\(left)")
        let rest = try lia(["-s", "people/", "-d", "talks/", "-o", "results/"])
        #expect(
            rest.exitCode == 0 && rest.output.contains("there already, 0 failed") && !rest.output.contains(" 0 there already"), "\(rest)")
        #expect(try frames("results/person-3-talk-2.mp4").count == 150)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("results")).count == 7)
    }

    @Test func wrongTablesAreRefusedBeforeAnythingIsMade() throws {
        for (text, expected) in [
            ("source,driving,output,colour\na,b,c,d\n", "unknown column \"colour\""), ("source,driving\na,b\n", "has no column output"),
            ("source,output,source\na,b,c\n", "has the column source twice"), ("", "found an empty file"),
            ("source,output\na.png,x.mp4,more\n", "line 2: has 3 fields, and the head 2"),
            ("source,output\na.png,x.mp4\nb.png,x.mp4\n", "line 3: names the same output as jobs.csv, line 2"),
            ("source,output\n\"a.png,x.mp4\n", "line 2: has a quote that does not end"), ("source,output\n,x.mp4\n", "names no source"),
            ("source,output,loop\na.png,x.mp4,perhaps\n", "wants true, false or nothing for loop"),
        ] {
            try table(text)
            let run = try lia(["--batch", "jobs.csv"])
            #expect(run.exitCode == 65 && run.errors.contains(expected) && run.errors.split(separator: "\n").count == 1, "\(run)")
        }
        #expect(!FileManager.default.fileExists(atPath: folder.file("jobs.manifest.json")))
        // A file of somebody else is not replaced by the manifest.
        try table("source,output,set\npeople/person-1.png,x.png,1=1\n")
        try Data("mine".utf8).write(to: URL(fileURLWithPath: folder.file("jobs.manifest.json")))
        #expect(try lia(["--batch", "jobs.csv"]).exitCode == 74)
        for wrong in [
            ["--batch", "jobs.csv", "-s", "a.png"], ["--batch", "jobs.csv", "--shard", "3/2"], ["--batch", "jobs.csv", "--jobs", "0"],
            ["-s", "people/person-1.png", "-d", "talks/talk-1.mp4", "-o", "x.mp4", "--jobs", "2"],
        ] {
            #expect(try lia(wrong).exitCode == 64, "\(wrong)")
        }
    }

    /// Every option of the command is a column, or one that holds for all jobs or says which there are.
    @Test func everyOptionIsAColumnOrNot() throws {
        try table("source,output,x\n")
        let known = try lia(["--batch", "jobs.csv"]).errors
        let others: Set = [
            "batch", "jobs", "shard", "manifest", "overwrite", "quiet", "json", "profile", "version", "help", "threads", "precision",
            "faces-model", "format",
        ]
        let help = try CommandRun.lia(["animate", "--help"]).output
        let options = Set(help.components(separatedBy: "OPTIONS:")[1].matches(of: #/(?m)^  (?:-\w, )?--([a-z-]+)/#).map { String($0.1) })
        #expect(options.count > 20)
        for option in options.subtracting(others) { #expect(known.contains(option), "\(option)") }
    }
}
