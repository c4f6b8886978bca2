import Foundation
import Media
import Testing
import TestSupport

/// `lia explore` and `lia explore label`.
@Suite struct ExploreTests {
    let folder: TemporaryFolder
    let source, model: String

    init() throws {
        folder = try TemporaryFolder()
        source = folder.file("source.png")
        model = folder.file("tiny")
        try Samples.picture(width: 90, height: 70).write(to: source)
        let run = try CommandRun.lia(["convert", Fixture.path("reference/lia-tiny.pt"), model])
        #expect(run.exitCode == 0, "\(run.errors)")
    }

    private func explore(_ arguments: [String]) throws -> CommandRun { try CommandRun.lia(["explore"] + arguments + ["--model", model]) }

    private func text(_ path: String) throws -> String { String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self) }

    private func names(_ path: String) -> [String] { ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted() }

    @Test func anAtlasIsWhole() throws {
        #expect(try explore(["label", "8", "nod & <shake>", "--range", "-2..2.5"]).exitCode == 0)
        let atlas = folder.file("atlas")
        let run = try explore(
            ["-s", source, "-o", atlas + "/", "--directions", "8,2", "--steps", "5", "--size", "96", "--range", "-3..3"])
        #expect(run.exitCode == 0 && run.output.contains("2 directions, 5 pictures each"), "\(run.errors)")
        var expected = ["canonical.png", "gram.png", "index.html", "levels.png", "sheet.png", "table.csv", "table.json"]
        for number in ["02", "08"] {
            expected += [".gif", ".mp4", "-flow.png", "-heat.png", "-high.jpg", "-levels.png", "-low.jpg"].map {
                "direction-\(number)\($0)"
            }
        }
        #expect(names(atlas) == expected.sorted())

        // There and back: five, and the three between the ends again.
        for name in ["direction-08.mp4", "direction-08.gif"] {
            let reader = try FrameReader(atlas + "/" + name)
            var count = 0
            while let frame = try reader.next() {
                #expect(frame.picture.width == 96)
                count += 1
            }
            #expect(count == 8, "\(name)")
        }
        for name in expected where name.hasSuffix("png") || name.hasSuffix("jpg") {
            let picture = try Picture.read(atlas + "/" + name)
            // Not one color.
            #expect(Set(picture.pixels).count > 2, "\(name)")
        }

        // The ends are the portrait with −3 and with 3 along the direction, as far as JPEG keeps them.
        for (name, amount) in [("low", -3), ("high", 3)] {
            let edited = folder.file("edited-\(name).png")
            #expect(
                try CommandRun.lia(["edit", "-m", model, "-s", source, "--set", "8=\(amount)", "-o", edited, "--size", "96"]).exitCode == 0)
            let (found, expected) = (try Picture.read(atlas + "/direction-08-\(name).jpg"), try Picture.read(edited))
            let shown = found.width == expected.width ? found : found.resized(width: expected.width, height: expected.height)
            let off = zip(shown.pixels, expected.pixels).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }
            #expect(Double(off) / Double(expected.pixels.count) < 6, "\(name)")
        }

        let table = try #require(try JSONSerialization.jsonObject(with: Data(text(atlas + "/table.json").utf8)) as? [String: Any])
        #expect(table["amounts"] as? [Double] == [-3, -1.5, 0, 1.5, 3] && table["direction_count"] as? Int == 20)
        #expect(table["gram_deviation"] as? Double ?? 1 < 1e-6)
        let rows = try #require(table["directions"] as? [[String: Any]])
        #expect(rows.map { $0["number"] as? Int } == [8, 2] && rows[0]["name"] as? String == "nod & <shake>")
        #expect(rows[0]["useful_high"] as? Double == 2.5 && rows[1]["name"] == nil)
        let statistics = try #require(rows[0]["statistics"] as? [String: Any])
        #expect(statistics["energy"] as? Double ?? 0 > 0)
        for key in ["linearity", "motion_linearity", "share", "reach"] {
            #expect((0...1).contains(try #require(statistics[key] as? Double)), "\(key)")
        }
        #expect((-1...1).contains(try #require(statistics["symmetry"] as? Double)))
        let csv = try text(atlas + "/table.csv").split(separator: "\n")
        #expect(csv.count == 3 && csv[1].hasPrefix("8,\"nod & <shake>\",") && csv[2].hasPrefix("2,,"))
        #expect(Set(csv.map { $0.filter { $0 == "," }.count }).count == 1)
    }

    @Test func thePageNeedsNothingElse() throws {
        #expect(try explore(["label", "2", "<b>\"&"]).exitCode == 0)
        let atlas = folder.file("atlas")
        #expect(try explore(["-s", source, "-o", atlas, "--directions", "2", "--steps", "3"]).exitCode == 0)
        let page = try text(atlas + "/index.html")
        let addresses = page.components(separatedBy: "src=\"").dropFirst().map { $0.prefix(5) }
        // Two ends, a clip, two figures, three sheets of levels and all directions, the canonical pose and the matrix.
        #expect(addresses.count == 10 && addresses.allSatisfy { $0 == "data:" })
        let words = ReportText.withoutData(page)
        #expect(
            words.count < page.count / 2 && !words.contains("http") && !page.contains("url(") && !page.contains("@import")
                && !page.contains(folder.path))
        #expect(page.contains("2 &lt;b&gt;&quot;&amp;") && !page.contains("<b>"))
        #expect(page.hasPrefix("<!DOCTYPE html>") && page.contains("prefers-color-scheme: dark") && page.contains("@media print"))
        for tag in ["article", "section", "figure", "table", "div", "main", "body", "html"] {
            #expect(
                page.components(separatedBy: "<\(tag)").count == page.components(separatedBy: "</\(tag)>").count, "\(tag) is not closed")
        }
    }

    @Test func theBaseIsChosen() throws {
        func magnitudes(_ base: [String]) throws -> [Double] {
            let run = try explore(
                ["-s", source, "-o", folder.file("atlas"), "--directions", "1", "--steps", "2", "--overwrite", "--json"] + base)
            let report = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
            return try #require(report?["base_magnitudes"] as? [Double], "\(run.errors)")
        }
        let other = folder.file("other.png"), motion = folder.file("motion.json")
        try Samples.picture(width: 64, height: 64, shift: 0.2).write(to: other)
        #expect(try CommandRun.lia(["encode", other, "-o", motion, "--model", model]).exitCode == 0)
        let own = try magnitudes([])
        #expect(own.count == 20 && Set(own).count > 10)
        #expect(try magnitudes(["--base", "own"]) == own)
        #expect(try magnitudes(["--base", "zero"]) == [Double](repeating: 0, count: 20))
        let picture = try magnitudes(["--base", other])
        #expect(picture != own)
        #expect(try magnitudes(["--base", motion]) == picture)
    }

    @Test func anAtlasReplacesAtlasesAlone() throws {
        let atlas = folder.file("atlas")
        let arguments = ["-s", source, "-o", atlas, "--directions", "1", "--steps", "2"]
        #expect(try explore(arguments).exitCode == 0)
        let again = try explore(arguments)
        #expect(again.exitCode == 74 && again.errors.contains("--overwrite"))
        #expect(try explore(arguments + ["--overwrite", "--quiet"]).output.isEmpty)
        try Data("mine".utf8).write(to: URL(fileURLWithPath: atlas + "/notes.txt"))
        let refused = try explore(arguments + ["--overwrite"])
        #expect(refused.exitCode == 74 && refused.errors.contains("notes.txt"))
        #expect(names(atlas).contains("notes.txt"))
    }

    @Test func mistakesAreSaid() throws {
        let atlas = folder.file("atlas")
        for (arguments, code, words) in [
            (["-s", source, "-o", atlas, "--directions", "21"], 64, "1 to 20"),
            (["-s", source, "-o", atlas, "--directions", "wink"], 64, "wink"),
            (["-s", source, "-o", atlas, "--range", "3..-3"], 64, "--range"), (["-s", source, "-o", atlas, "--range", "3"], 64, "--range"),
            (["-s", source, "-o", atlas, "--steps", "1"], 64, "--steps"), (["-s", source, "-o", atlas, "--cell", "5"], 64, "--cell"),
            (["-s", source, "-o", atlas, "--size", "33"], 64, "--size"), (["-o", atlas], 64, "--source"), (["-s", source], 64, "--output"),
            (["-s", folder.file("absent.png"), "-o", atlas], 65, "absent.png"),
            (["-s", source, "-o", atlas, "--base", folder.file("absent.json")], 65, "absent.json"),
            (["-s", source, "-o", folder.file("atlas.png")], 64, "atlas.png/"),
            (["-s", source, "-o", folder.file("absent/atlas")], 74, "create it first"), (["-s", source, "-o", source], 74, "inputs"),
        ] as [([String], Int32, String)] {
            let run = try explore(arguments)
            #expect(run.exitCode == code && run.errors.contains(words) && !run.wasKilled, "\(arguments): \(run.errors)")
            if code != 64 { #expect(run.errors.split(separator: "\n").count == 1) }
        }
        #expect(folder.names == ["source.png", "tiny"])
    }

    @Test func interruptionLeavesNothing() throws {
        let run = try CommandRun.lia(
            ["explore", "-s", source, "-o", folder.file("atlas"), "--steps", "201", "--model", model],
            interruptWhen: { folder.names.count > 2 })
        #expect(run.exitCode == 130 && folder.names == ["source.png", "tiny"], "\(folder.names)")
    }

    // MARK: Names

    @Test func namesAreKeptAndTaken() throws {
        #expect(try explore(["label"]).output.contains("none of the 20 directions has a name yet"))
        let named = try explore(["label", "8", "nod", "--range", "-2..3"])
        #expect(named.exitCode == 0 && named.output.contains("direction 8 nod, useful from -2 to 3"), "\(named.errors)")
        #expect(try explore(["label", "nod", "bow"]).exitCode == 0)
        #expect(try explore(["label"]).output == "8 bow, useful from -2 to 3\n")
        #expect(try explore(["label", "6", "--range", "0..1", "--quiet"]).output.isEmpty)
        let report = try explore(["label", "--json"])
        let json = try JSONSerialization.jsonObject(with: Data(report.output.utf8)) as? [String: Any]
        #expect((json?["directions"] as? [[String: Any]])?.map { $0["number"] as? Int } == [6, 8])

        // By name and by number the same.
        var edited: [Picture] = []
        for (index, edit) in ["bow=2", "8=2", "BOW=2"].enumerated() {
            let output = folder.file("\(index).png")
            #expect(try CommandRun.lia(["edit", "-s", source, "--set", edit, "-o", output, "--model", model]).exitCode == 0)
            edited.append(try Picture.read(output))
        }
        #expect(edited[0] == edited[1] && edited[1] == edited[2])

        #expect(try explore(["label", "bow", "--remove"]).exitCode == 0)
        #expect(try explore(["label"]).output == "6, useful from 0 to 1\n")
        // A model that is converted anew keeps its names.
        #expect(try CommandRun.lia(["convert", Fixture.path("reference/lia-tiny.pt"), model, "--overwrite"]).exitCode == 0)
        #expect(try explore(["label"]).output == "6, useful from 0 to 1\n")
    }

    /// Gains come by hand or from a report, are listed, and move relative results further; without them the network's own motion is left.
    @Test func gainsEnlargeRelativeMotion() throws {
        #expect(try explore(["label", "2", "blink_left"]).exitCode == 0)
        #expect(try explore(["label", "3", "brows", "--gain", "1.5"]).exitCode == 0)
        func report(_ model: String, _ task: String = "reconstruction") throws -> String {
            let path = folder.file("report.json")
            let values = [
                ("lids_correlation", 0.8), ("lids_slope", 0.4), ("brows_correlation", 0.3), ("brows_slope", 0.1),
                ("lips_correlation", 0.9), ("lips_slope", 0.1),
            ]
            let measures = "{" + values.map { #""\#($0)": {"mean": \#($1)}"# }.joined(separator: ", ") + "}"
            try #"{"task": "\#(task)", "rows": [{"subject": {"model": "\#(model)", "mode": "absolute"}, "measures": \#(measures)}]}"#
                .write(toFile: path, atomically: true, encoding: .utf8)
            return path
        }
        for (path, words) in [
            (try report("other"), "a report of other"), (folder.file("none.json"), "no such file"), (source, "no report"),
        ] {
            let run = try explore(["label", "--gains-from", path])
            #expect(run.exitCode == 65 && run.errors.contains(words), "\(run.errors)")
        }
        #expect(try explore(["label", "--gains-from", report("tiny", "cross")]).errors.contains("--task reconstruction"))
        let run = try explore(["label", "--gains-from", report("tiny")])
        // Lids move half as far as they should; brows hardly follow, and no direction is called jaw.
        #expect(run.output == "2 blink_left, gain 2\n3 brows, gain 1.5\n", "\(run.errors)")

        let driving = folder.file("driving.png")
        try Samples.picture(width: 64, height: 64).write(to: driving)
        // Of all directions twice as much is twice the strength.
        let all = (1...20).map { #"{"number": \#($0), "gain": 2}"# }.joined(separator: ", ")
        let names = model + "/directions.json", before = try Data(contentsOf: URL(fileURLWithPath: names))
        try #"{"format_version": 1, "directions": [\#(all)]}"#.write(toFile: names, atomically: true, encoding: .utf8)
        try FileManager.default.createDirectory(atPath: folder.file("frames"), withIntermediateDirectories: false)
        for (name, picture) in [("1.png", source), ("2.png", driving)] {
            try FileManager.default.copyItem(atPath: picture, toPath: folder.file("frames/" + name))
        }
        func frame(_ options: [String]) throws -> [UInt8] {
            let output = folder.file("out-" + options.joined()) + "/"
            let run = try CommandRun.lia(
                ["animate", "-m", model, "-s", source, "-d", folder.file("frames"), "-o", output, "--crop", "centre"] + options)
            #expect(run.exitCode == 0, "\(run.errors)")
            return try Picture.read(output + #require(self.names(output).last)).pixels
        }
        let gained = try frame([])
        #expect(try gained == frame(["--no-gains", "--strength", "2"]) && gained != frame(["--no-gains"]))
        try before.write(to: URL(fileURLWithPath: names))
        let absolute = try CommandRun.lia([
            "animate", "-m", model, "-s", source, "-d", driving, "-o", folder.file("x.png"), "--mode", "absolute", "--no-gains",
        ])
        #expect(absolute.exitCode == 64 && absolute.errors.contains("--mode relative"))
        #expect(try explore(["label", "brows", "--gain", "1"]).output.contains("3 brows (before: 3 brows, gain 1.5)\n"))
        #expect(try explore(["label", "2", "--remove"]).exitCode == 0 && explore(["label"]).output == "3 brows\n")
    }

    @Test func namesThatCannotBeAreSaid() throws {
        for (arguments, words) in [
            (["8", "7"], "no number"), (["8", "a,b"], "reserved for lists"), (["21", "nod"], "1 to 20"), (["wink", "nod"], "wink"),
            (["8"], "give a name"), (["--range", "1..2"], "which direction"), (["8", "nod", "--range", "2..1"], "--range"),
            (["8", "nod", "--remove"], "--remove"),
            (["8", "--gain", "11"], "0.1 to 10"), (["--gain", "2"], "which direction"), (["8", "--gains-from", "x"], "--gains-from"),
        ] {
            let run = try explore(["label"] + arguments)
            #expect(run.exitCode == 64 && run.errors.contains(words), "\(arguments): \(run.errors)")
        }
        #expect(!names(model).contains("directions.json"))
        let bare = try CommandRun.lia(["explore", "label", "8", "nod", "--model", Fixture.path("reference/lia-tiny.pt")])
        #expect(bare.exitCode == 74 && bare.errors.contains("lia convert") && bare.errors.split(separator: "\n").count == 1)
        try Data("{".utf8).write(to: URL(fileURLWithPath: model + "/directions.json"))
        let damaged = try explore(["label"])
        #expect(damaged.exitCode == 65 && damaged.errors.contains("directions.json"))
        // Gains that cannot be read would make another result.
        let run = try CommandRun.lia([
            "animate", "-s", source, "-d", source, "-o", folder.file("out.png"), "--mode", "absolute", "-m", model,
        ])
        #expect(run.exitCode == 65 && run.errors.contains("directions.json") && run.errors.contains("mend or remove it"), "\(run.errors)")
    }

    @Test func helpTeaches() throws {
        for command in [["explore"], ["explore", "sweep"], ["explore", "label"], ["edit"], ["encode"]] {
            let run = try CommandRun.lia(command + ["--help"])
            #expect(run.exitCode == 0 && run.output.contains("EXAMPLES") && run.output.contains("lia \(command[0])"))
        }
    }
}
