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
            let notes: [String]?
        }
        struct LeftOut: Decodable {
            let file, reason: String
        }
        let format: String
        let jobs: [Job]
        let left_out: [LeftOut]?
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

    private func frames(_ name: String) throws -> [Picture] { try Samples.frames(folder.file(name)).map(\.picture) }

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
        #expect(
            run.errors.contains("jobs.csv, line 7: the value 'sideways' is invalid for '--mode <mode>'; expected one of"), "\(run.errors)")
        #expect(run.errors.contains("2 of 5 jobs failed"))
        // What cannot be understood is said before any job begins, and once.
        let parts = run.errors.components(separatedBy: "jobs.csv, line 7: ")
        #expect(parts.count == 2 && !parts[0].contains("absent.png"))
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
        let expected = (1...3).flatMap { person in (1...2).map { "results/person-\(person).png-talk-\($0).mp4" } }
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
        let first = folder.file("results/person-1.png-talk-1.mp4")
        let run = try lia(["-s", "people/", "-d", "talks/", "-o", "results/"]) { FileManager.default.fileExists(atPath: first) }
        #expect(run.exitCode == 130, "\(run)")
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.file("results"))
        #expect(left.contains("person-1.png-talk-1.mp4") && left.count < 7 && !left.contains { $0.contains("partial") }, "\(left)")
        let rest = try lia(["-s", "people/", "-d", "talks/", "-o", "results/"])
        #expect(
            rest.exitCode == 0 && rest.output.contains("there already, 0 failed") && !rest.output.contains(" 0 there already"), "\(rest)")
        #expect(try frames("results/person-3.png-talk-2.mp4").count == 150)
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
            ("source;driving;output\na.png;b.mp4;x.mp4\n", "found semicolons; save it with commas"),
            ("source\toutput\na.png\tx.mp4\n", "found tabs; save it with commas"), ("source,output\n\n", "has a head and no jobs"),
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

    private func bytes(_ name: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: folder.file(name))) }

    /// Of a folder's files, hidden ones included, sorted.
    private func names(_ name: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder.file(name))) ?? []).sorted()
    }

    private func write(_ text: String, to name: String) throws { try Data(text.utf8).write(to: URL(fileURLWithPath: folder.file(name))) }

    /// No job replaces what another one reads, nor its result, and the whole table is looked at before anything is made.
    @Test func jobsReplaceNothingOfEachOther() throws {
        let before = try bytes("people/person-2.png")
        try FileManager.default.createSymbolicLink(atPath: folder.file("way"), withDestinationPath: "people")
        for (first, second) in [
            ("people/person-2.png,", "four.png,"), ("./people/../people/person-2.png,", "four.png,"), ("way/person-2.png,", "four.png,"),
            ("five.png,people/person-2.png", "four.png,"), ("people/../jobs.csv,", "four.png,"),
        ] {
            try table("source,output,preview,set\npeople/person-1.png,\(first),1=1\npeople/person-2.png,\(second),1=1\n")
            for share in [[], ["--shard", "1/2"]] {
                let run = try lia(["--batch", "jobs.csv", "--overwrite"] + share)
                #expect(run.exitCode == 74 && run.errors.contains("is one of the inputs, which would be lost"), "\(first) \(run)")
            }
        }
        for (first, second) in [
            ("four.png,", "./people/../four.png,"), ("four.png,", "five.png,./four.png"), ("people/new.png,", "way/new.png,"),
        ] {
            try table("source,output,preview,set\npeople/person-1.png,\(first),1=1\npeople/person-2.png,\(second),1=1\n")
            for more in [[], ["--overwrite"], ["--shard", "2/2"]] {
                let run = try lia(["--batch", "jobs.csv"] + more)
                #expect(run.exitCode == 74 && run.errors.contains("is named for two outputs"), "\(second) \(run)")
            }
        }
        try table("source,output,set\npeople/person-1.png,frames/,1=1\npeople/person-2.png,./frames/x.png,1=1\n")
        #expect(try lia(["--batch", "jobs.csv"]).exitCode == 74)
        #expect(try bytes("people/person-2.png") == before)
        #expect(folder.names.sorted() == ["jobs.csv", "people", "talks", "way"])
        // A source may be an earlier job's result, which stays.
        try table("source,output,set\npeople/person-1.png,four.png,1=1\nfour.png,five.png,1=1\n")
        for expected in ["2 done", "2 there already"] { #expect(try lia(["--batch", "jobs.csv"]).output.contains(expected)) }
        #expect(try lia(["--batch", "jobs.csv", "--overwrite"]).exitCode == 74)
    }

    @Test func filesThatNoJobTakesAreNamed() throws {
        try write("no film", to: "talks/broken.mp4")
        try write("read me", to: "people/readme.txt")
        try write("a text", to: "people/x.jpg")
        try write("<!DOCTYPE html><html><body>not found</body></html>", to: "people/y.jpg")
        try FileManager.default.copyItem(atPath: folder.file("people/person-1.png"), toPath: folder.file("talks/cover.png"))
        let name = Array("\(folder.path)/people/caf".utf8CString.dropLast()) + [CChar(bitPattern: 0xe9)] + Array(".png".utf8CString)
        try #require(link(folder.file("people/person-1.png"), name) == 0)
        let files = [
            "people/readme.txt", "people/x.jpg", "people/y.jpg", "people/caf\u{fffd}.png", "talks/broken.mp4", "talks/cover.png",
        ]
        let run = try lia(["-s", "people/", "-d", "talks/", "-o", "results/", "--json"])
        #expect(run.exitCode == 0, "\(run)")
        for file in files { #expect(run.errors.contains("lia: warning: \(file): "), "\(file) \(run.errors)") }
        #expect(run.errors.contains("its name is not UTF-8"))
        for found in [try manifest("results/manifest.json"), try JSONDecoder().decode(Manifest.self, from: Data(run.output.utf8))] {
            #expect(found.states == Array(repeating: "done", count: 6))
            #expect(found.left_out?.map(\.file) == files && found.left_out?.allSatisfy { !$0.reason.isEmpty } == true)
        }
        #expect(try lia(["-s", "people/", "-d", "talks/", "-o", "results/", "--quiet"]).errors.isEmpty)
        try FileManager.default.createDirectory(atPath: folder.file("none"), withIntermediateDirectories: false)
        try write("read me", to: "none/readme.txt")
        let none = try lia(["-s", "none/", "-d", "talks/", "-o", "others/"])
        #expect(none.exitCode == 65 && none.errors.contains("holds no picture or video; readme.txt: "), "\(none)")
    }

    @Test func whatIsNoFrameIsNamedByItsFolder() throws {
        for name in ["walk", "nods"] {
            try FileManager.default.createDirectory(atPath: folder.file(name), withIntermediateDirectories: false)
            for frame in 1...3 { try Samples.picture(shift: 0.01 * Double(frame)).write(to: folder.file("\(name)/\(frame).png")) }
        }
        try write("notes", to: "walk/notes.txt")
        let source = try lia(["-s", "walk", "-d", "talks/talk-1.mp4", "-o", "rd.mp4"])
        #expect(source.exitCode == 0 && source.errors.contains("walk: left out of the frames"), "\(source)")
        #expect(!source.errors.contains("talk-1.mp4: left out"))
        let driving = try lia(["-s", "nods", "-d", "walk", "-o", "re.mp4"])
        #expect(driving.exitCode == 0 && driving.errors.contains("walk: left out of the frames"), "\(driving)")
    }

    /// What else a folder holds changes no name.
    @Test func resultsAreNamedByTheirPairAlone() throws {
        let picture = Samples.picture()
        for (name, video) in [("a.png", "x.mp4"), ("a.jpg", "x.mov"), ("a.png.jpg", "x.mov.mp4")] {
            try picture.write(to: folder.file("people/\(name)"))
            try Samples.video(folder.file("talks/\(video)"), frames: 2)
        }
        for name in names("people") where name.hasPrefix("person") {
            try FileManager.default.removeItem(atPath: folder.file("people/" + name))
        }
        for name in ["talk-1.mp4", "talk-2.mp4"] { try FileManager.default.removeItem(atPath: folder.file("talks/" + name)) }
        #expect(try lia(["-s", "people/", "-d", "talks/", "-o", "results/", "--mode", "absolute"]).output.contains("9 done"))
        let expected = ["a.jpg", "a.png", "a.png.jpg"].flatMap { source in
            ["x.mov.mp4", "x.mov.mp4.mp4", "x.mp4"].map { "\(source)-\($0)" }
        }
        #expect(names("results") == (expected + ["manifest.json"]).sorted())
        #expect(try lia(["-s", "people/", "--set", "1=1", "-o", "edits/"]).output.contains("3 done"))
        #expect(names("edits") == ["a.jpg.png", "a.png", "a.png.jpg.png", "manifest.json"])
    }

    /// A result that another run makes while a job is under way is there already.
    @Test func resultsOfAnotherRunAreThereAlready() throws {
        let name = "person-1.png-talk-1.mp4"
        for more in ["talk-1.mp4", "talk-2.mp4"] { try FileManager.default.removeItem(atPath: folder.file("talks/" + more)) }
        try Samples.video(folder.file("talks/talk-1.mp4"), frames: 60)
        var isWritten = false
        let run = try lia(["-s", "people/person-1.png", "-d", "talks/", "-o", "results/"]) {
            if !isWritten, names("results").contains(where: { $0.hasPrefix(".person-1") }) {
                isWritten = FileManager.default.createFile(atPath: folder.file("results/\(name)"), contents: Data("theirs".utf8))
            }
            return false
        }
        #expect(isWritten && run.exitCode == 0 && run.output.contains("0 done, 1 there already, 0 failed"), "\(run)")
        #expect(try bytes("results/\(name)") == Data("theirs".utf8))
    }

    @Test func onePictureIsDrivenByEveryVideoOfAFolder() throws {
        #expect(try lia(["-s", "people/person-1.png", "-d", "talks", "-o", "rq/"]).output.contains("2 done"))
        #expect(names("rq") == ["manifest.json", "person-1.png-talk-1.mp4", "person-1.png-talk-2.mp4"])
        // A folder of pictures is one video, as it was.
        #expect(try lia(["-s", "people/person-1.png", "-d", "people", "-o", "frames/"]).output.contains("3 frames"))
        for line in [["-s", "people", "-d", "talks"], ["-s", "people/person-1.png", "-d", "talks"], ["-s", "people", "--set", "1=1"]] {
            let run = try lia(line + ["-o", "rx"])
            #expect(run.exitCode == 64 && run.errors.contains("wants a closing slash: rx/"), "\(run)")
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
