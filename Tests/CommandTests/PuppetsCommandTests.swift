import Foundation
import Media
import TestSupport
import Testing

/// `lia puppets` as users run it.
@Suite struct PuppetsCommandTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func puppets(_ output: String, _ more: [String] = []) throws -> CommandRun {
        try CommandRun.lia(
            ["puppets", "--output", folder.file(output) + (output.hasSuffix("/") ? "/" : ""), "--size", "48"] + more)
    }

    /// Every file below a folder, by its path from there.
    private func files(_ name: String) throws -> [String: Data] {
        var found = [String: Data]()
        for path in try FileManager.default.subpathsOfDirectory(atPath: folder.file(name)) {
            var isFolder: ObjCBool = false
            let full = folder.file(name) + "/" + path
            _ = FileManager.default.fileExists(atPath: full, isDirectory: &isFolder)
            if !isFolder.boolValue { found[path] = try Data(contentsOf: URL(fileURLWithPath: full)) }
        }
        return found
    }

    private func frames(_ name: String) throws -> [VideoFrame] { try Samples.frames(folder.file(name)) }

    private let few = ["--identities", "2", "--clips", "2", "--frame-count", "3"]

    @Test func aDataSetHasAClipAndItsPosesForEveryMotion() throws {
        let run = try puppets("set/", few + ["--frames-per-second", "10"])
        #expect(run.exitCode == 0 && run.errors.isEmpty, "\(run.errors)")
        #expect(run.output.contains("2 people, 4 clips, 12 frames, 48×48"))
        let names = (1...2).flatMap { person in
            (1...2).flatMap { clip in ["mp4", "json"].map { "identity-000\(person)/clip-0\(clip).\($0)" } }
        }
        let files = try files("set")
        #expect(Set(files.keys) == Set(names))
        var people = Set<Int>(), motions = Set<Int>()
        for name in names where name.hasSuffix("mp4") {
            let frames = try frames("set/\(name)")
            #expect(frames.count == 3 && frames.allSatisfy { $0.picture.width == 48 && $0.picture.height == 48 })
            let json = files[name.replacingOccurrences(of: "mp4", with: "json")] ?? Data()
            let clip = try #require(try JSONSerialization.jsonObject(with: json) as? [String: Any])
            let poses = try #require(clip["frames"] as? [[String: Double]])
            #expect(poses.map { $0["time"] } == [0, 0.1, 0.2] && poses.allSatisfy { $0.count == 16 })
            people.insert(try #require(clip["identity"] as? Int))
            motions.insert(try #require(clip["motion"] as? Int))
        }
        #expect(people.count == 2 && motions.count == 4)
    }

    @Test func theSameSeedGivesTheSameBytes() throws {
        for name in ["one/", "two/"] { #expect(try puppets(name, few + ["--png", "--seed", "9"]).exitCode == 0) }
        let (one, two) = (try files("one"), try files("two"))
        #expect(one.count == 4 * 4 && one == two)
        #expect(one["identity-0002/clip-01/frame-000003.png"] != nil)
        #expect(try puppets("other/", few + ["--png", "--seed", "10"]).exitCode == 0)
        for (name, bytes) in try files("other") { #expect(one[name] != nil && one[name] != bytes, "\(name)") }
    }

    /// A clip of a set is the clip of its seeds.
    @Test func aSetsClipCanBeDrawnAlone() throws {
        #expect(try puppets("set/", ["--identities", "1", "--clips", "1", "--frame-count", "2", "--png"]).exitCode == 0)
        let json = try files("set")["identity-0001/clip-01.json"] ?? Data()
        let clip = try #require(try JSONSerialization.jsonObject(with: json) as? [String: Any])
        let run = try puppets(
            "alone/",
            [
                "--identity", "\(try #require(clip["identity"] as? Int))", "--motion",
                "\(try #require(clip["motion"] as? Int))", "--frame-count", "2", "--json",
            ])
        #expect(run.exitCode == 0 && Data(run.output.utf8) == json)
        #expect(try frames("alone/").map(\.picture) == frames("set/identity-0001/clip-01/").map(\.picture))
    }

    @Test func picturesFollowTheirPose() throws {
        #expect(try puppets("rest.png", ["--identity", "7"]).output.contains("rest.png: 1 frame, 48×48"))
        #expect(try puppets("same.png", ["--identity", "7", "--pose", "yaw=0"]).exitCode == 0)
        let run = try puppets("turned.png", ["--identity", "7", "--pose", "yaw=0.5,smile=1", "--json"])
        #expect(try puppets("other.png", ["--identity", "8"]).exitCode == 0)
        let rest = try Picture.read(folder.file("rest.png"))
        #expect(rest == (try Picture.read(folder.file("same.png"))))
        #expect(rest != (try Picture.read(folder.file("turned.png"))))
        #expect(rest != (try Picture.read(folder.file("other.png"))))
        let json = try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
        let pose = try #require(json["pose"] as? [String: Double])
        #expect(json["identity"] as? Int == 7 && pose["yaw"] == 0.5 && pose["smile"] == 1 && pose["roll"] == 0)
    }

    @Test(arguments: ["clip.mp4", "clip.gif", "clip/"])
    func clipsOfOnePersonHaveEveryFrame(output: String) throws {
        let run = try puppets(output, ["--identity", "7", "--motion", "5", "--frame-count", "21", "--quiet"])
        #expect(run.exitCode == 0 && run.output.isEmpty && run.errors.isEmpty, "\(run.errors)")
        let frames = try frames(output)
        #expect(frames.count == 21 && frames[0].picture != frames[20].picture)
    }

    @Test func theSameMotionIsTheSamePoses() throws {
        let runs = try ["7", "8"].map { try puppets("\($0)/", ["--identity", $0, "--motion", "5", "--frame-count", "2", "--json"]) }
        func poses(_ run: CommandRun) throws -> [[String: Double]] {
            let json = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
            return try #require(json?["frames"] as? [[String: Double]])
        }
        #expect(try poses(runs[0]) == poses(runs[1]))
        #expect(try frames("7/")[0].picture != frames("8/")[0].picture)
    }

    @Test func summaryIsMachineReadable() throws {
        let run = try puppets("set/", few + ["--json"])
        let report = try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
        #expect(report["identities"] as? Int == 2 && report["clips"] as? Int == 4 && report["frames"] as? Int == 12)
        #expect(report["seed"] as? Int == 1 && report["size"] as? Int == 48 && report["frames_per_second"] as? Int == 25)
    }

    @Test func helpNamesEveryPoseParameter() throws {
        let help = try CommandRun.lia(["puppets", "--help"]).output
        for word in ["yaw", "blink_left", "mouth_open", "radians", "-0.9…0.9", "EXIT CODES", "--identities 20"] {
            #expect(help.contains(word), "\(word)")
        }
        #expect(help.components(separatedBy: "lia puppets --").count > 4)
    }

    // MARK: Errors

    @Test(arguments: [
        ["--size", "31"], ["--size", "16"], ["--size", "4096"], ["--frame-count", "0"], ["--identities", "0"], ["--clips", "0"],
        ["--frames-per-second", "0"], ["--energy", "-1"], ["--energy", "nan"], ["--seed", "-1"], ["--pose", "yaw=0.1"],
        ["--motion", "3"], ["--identity", "1", "--pose", "nose=1"], ["--identity", "1", "--pose", "yaw=9"],
        ["--identity", "1", "--frame-count", "5"], ["--identity", "1", "--png"], ["--identity", "1", "--clips", "2"],
        ["--identity", "1", "--motion", "2", "--pose", "yaw=0"], ["--identity", "one"],
    ])
    func wrongUsageIsExplained(arguments: [String]) throws {
        let run = try CommandRun.lia(["puppets", "--output", folder.file("set/"), "--quiet"] + arguments)
        #expect(run.exitCode == 64 && run.output.isEmpty, "\(run.exitCode) \(run.errors)")
        let name = arguments.count == 2 ? arguments[0] : arguments[2]
        #expect(run.errors.hasPrefix("lia: ") && run.errors.contains(name), "\(run.errors)")
        #expect(run.errors.split(separator: "\n").count == 1, "\(run.errors)")
        #expect(folder.names.isEmpty)
    }

    @Test func aDataSetIsNoFile() throws {
        let run = try puppets("set.mp4")
        #expect(run.exitCode == 64 && run.errors.contains("--identity"), "\(run.errors)")
    }

    private func failsToWrite(_ output: String, _ arguments: [String], _ words: [String], code: Int32 = 74) throws {
        let before = folder.names
        let run = try puppets(output, arguments)
        #expect(run.exitCode == code && run.errors.split(separator: "\n").count == 1, "\(run.exitCode) \(run.errors)")
        for word in words { #expect(run.errors.contains(word), "\(run.errors)") }
        #expect(folder.names == before)
    }

    @Test func placesThatCannotBeWritten() throws {
        try failsToWrite("absent/set/", few, ["absent/set", "create it first"])
        try failsToWrite("face.xyz", ["--identity", "1"], ["face.xyz", ".png"], code: 64)
        try failsToWrite("face.png", ["--identity", "1", "--motion", "1", "--frame-count", "2"], ["face.png"])
    }

    @Test func aDataSetIsReplacedOnlyWhenNothingElseIsLost() throws {
        #expect(try puppets("set/", few + ["--seed", "1"]).exitCode == 0)
        let before = try files("set")
        try failsToWrite("set/", few, ["--overwrite"])
        try Data("precious".utf8).write(to: URL(fileURLWithPath: folder.file("set/identity-0001/notes.txt")))
        try failsToWrite("set/", few + ["--overwrite"], ["other files", "identity-0001"])
        #expect(try files("set").filter { !$0.key.hasSuffix("notes.txt") } == before)
        try FileManager.default.removeItem(atPath: folder.file("set/identity-0001/notes.txt"))
        #expect(try puppets("set/", ["--identities", "1", "--clips", "1", "--frame-count", "2", "--overwrite"]).exitCode == 0)
        #expect(try files("set").count == 2 && folder.names == ["set"])
    }

    /// A limit on file sizes stands in for a full disk. The error names a clip's place, not where it was being written.
    @Test(arguments: [[], ["--png"]])
    func aFullDiskLeavesNothing(more: [String]) throws {
        let run = try CommandRun.lia(
            ["puppets", "--output", folder.file("set"), "--size", "128"] + few + more,
            launcher: ["/bin/sh", "-c", "ulimit -f 1; exec \"$@\"", "sh"])
        #expect(run.exitCode == 74 && run.errors.split(separator: "\n").count == 1, "\(run.exitCode) \(run.errors)")
        #expect(run.errors.contains("set/identity-000") && !run.errors.contains("partial"), "\(run.errors)")
        #expect(folder.names.isEmpty)
    }

    @Test(arguments: [[], ["--png"]])
    func interruptionLeavesNothing(more: [String]) throws {
        let run = try CommandRun.lia(
            ["puppets", "--output", folder.file("set"), "--identities", "50", "--size", "128"] + more,
            interruptWhen: {
                // In the midst of it: a clip is finished, others are begun.
                guard let name = folder.names.first else { return false }
                let begun = try? FileManager.default.contentsOfDirectory(atPath: folder.file(name) + "/identity-0001")
                return begun?.contains("clip-01.json") == true
            })
        #expect(run.exitCode == 130 && !run.wasKilled, "\(run.exitCode) \(run.errors)")
        #expect(folder.names.isEmpty, "\(folder.names)")
    }
}
