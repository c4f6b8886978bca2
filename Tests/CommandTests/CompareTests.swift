import Foundation
import Media
import Testing
import TestSupport

/// `lia compare`.
@Suite struct CompareTests {
    let folder: TemporaryFolder
    let source, driving, report: String

    init() throws {
        folder = try TemporaryFolder()
        (source, driving, report) = (folder.file("a & b.png"), folder.file("driving.mp4"), folder.file("report"))
        try Samples.picture(width: 90, height: 70, shift: 0.1).write(to: source)
        try Samples.video(driving, frames: 6)
    }

    private func compare(_ arguments: [String]) throws -> CommandRun {
        try CommandRun.lia(["compare", "--model", Fixture.path("reference/lia-tiny.pt"), "-s", source, "-o", report] + arguments)
    }

    private func text(_ name: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(fileURLWithPath: report + "/" + name)), as: UTF8.self)
    }

    private func table() throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(text("table.json").utf8)) as? [String: Any])
    }

    private var names: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: report)) ?? []).sorted() }

    @Test func aReportIsWhole() throws {
        let run = try compare(["-d", driving, "--strength", "0,-1", "--only", "2,3", "--size", "96"])
        #expect(run.exitCode == 0 && run.output.contains("1 pair, 6 variants"), "\(run.errors)")
        let pair = "source-1-driving-1"
        #expect(
            names
                == [
                    "index.html", "\(pair)-model-1-axes.png", "\(pair)-model-1-distance.png", "\(pair)-model-1-levels.png",
                    "\(pair)-model-1-magnitudes.png",
                    "\(pair)-sheet.png", "\(pair).mp4", "table.csv", "table.json",
                ].sorted())
        let reader = try FrameReader(report + "/\(pair).mp4")
        var count = 0
        while let frame = try reader.next() {
            count += 1
            // Eight pictures in two rows, each under a line of text.
            #expect(frame.picture.width == 4 * 96 && frame.picture.height == 2 * (96 + 14))
        }
        #expect(count == 6)
        for name in names where name.hasSuffix("png") { #expect(Set(try Picture.read(report + "/" + name).pixels).count > 10, "\(name)") }

        let table = try table()
        #expect(
            (table["variants"] as? [[String: Any]])?.map { $0["label"] as? String } == [
                "absolute", "relative, first", "relative, best", "relative ×0", "relative ×-1", "relative, only 2,3",
            ])
        let pairs = try #require(table["pairs"] as? [[String: Any]])
        let motion = try #require((pairs[0]["motions"] as? [[String: Any]])?.first)
        let own = try #require(motion["source"] as? [Double]), driven = try #require(motion["magnitudes"] as? [[Double]])
        let paths = try #require(pairs[0]["paths"] as? [[String: Any]])
        #expect(pairs.count == 1 && paths.count == 6 && own.count == 20 && driven.count == 6)
        func magnitudes(_ variant: Int) throws -> [[Double]] {
            try #require(paths[variant]["frames"] as? [[String: Any]]).map { try #require($0["magnitudes"] as? [Double]) }
        }
        // Section 3.3 of the paper, by hand.
        let best = try #require(paths[2]["reference_frame"] as? Int) - 1
        func far(_ frame: Int) -> Double { zip(driven[frame], own).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } }
        #expect((0..<6).allSatisfy { far($0) >= far(best) } && paths[1]["reference_frame"] as? Int == 1)
        #expect(paths[0]["reference_frame"] == nil)
        for t in 0..<6 {
            func relative(_ reference: Int, _ strength: Double) -> [Double] {
                own.indices.map { own[$0] + strength * (driven[t][$0] - driven[reference][$0]) }
            }
            let expected = [
                driven[t], relative(0, 1), relative(best, 1), own, relative(0, -1),
                own.indices.map { [1, 2].contains($0) ? relative(0, 1)[$0] : own[$0] },
            ]
            for (variant, expected) in expected.enumerated() {
                let found = try magnitudes(variant)[t]
                #expect(found.count == 20 && zip(found, expected).allSatisfy { abs($0 - $1) < 1e-4 }, "variant \(variant), frame \(t)")
            }
        }
        // A portrait that does not move has no distance and does not change.
        let still = try #require(paths[3]["frames"] as? [[String: Any]])
        #expect(still.allSatisfy { $0["distance"] as? Double == 0 } && paths[3]["mean_change"] as? Double == 0)
        #expect(paths[0]["mean_change"] as? Double ?? 0 > 0)
        let csv = try text("table.csv").split(separator: "\n")
        #expect(csv.count == 1 + 6 * 6 && csv[1].hasPrefix("\"a & b.png\",\"driving.mp4\",\"absolute\",\"lia-tiny\",1,0.0,"))
    }

    @Test func framesAreThoseThatAnimateMakes() throws {
        // Lossless, at the network's own size: the last picture of the sheet is what animate writes.
        #expect(try compare(["-d", driving, "--frames", "3..4"]).exitCode == 0)
        let paths = try #require((try table()["pairs"] as? [[String: Any]])?.first?["paths"] as? [[String: Any]])
        #expect(paths[1]["reference_frame"] as? Int == 3 && (paths[1]["frames"] as? [Any])?.count == 2)
        let animated = folder.file("animated/")
        let run = try CommandRun.lia([
            "animate", "--model", Fixture.path("reference/lia-tiny.pt"), "-s", source, "-d", driving, "-o", animated, "--frames", "3..4",
        ])
        #expect(run.exitCode == 0, "\(run.errors)")
        let file = try #require(FileManager.default.contentsOfDirectory(atPath: animated).sorted().last)
        let frame = try Picture.read(animated + file), sheet = try Picture.read(report + "/source-1-driving-1-sheet.png")
        // Rows of source, driving, absolute, relative first, relative best; two columns; a margin of ten.
        let (x, y) = (sheet.width - 10 - frame.width, sheet.height - 10 - 2 * frame.width - 2)
        var alike = true
        for row in 0..<frame.height {
            let start = 3 * ((y + row) * sheet.width + x)
            let own = 3 * row * frame.width
            alike = alike && sheet.pixels[start..<start + 3 * frame.width].elementsEqual(frame.pixels[own..<own + 3 * frame.width])
        }
        #expect(alike)
    }

    @Test func severalMakeAMatrix() throws {
        let (other, second) = (folder.file("b.png"), folder.file("<second>.mp4"))
        try Samples.picture(width: 64, height: 64, shift: -0.1).write(to: other)
        try Samples.video(second, frames: 3)
        let copy = folder.file("copy.pt")
        try FileManager.default.copyItem(atPath: Fixture.path("reference/lia-tiny.pt"), toPath: copy)
        let run = try CommandRun.lia(
            ["compare", "--model", "\(Fixture.path("reference/lia-tiny.pt")),\(copy)", "-s", source, other, "-d", driving, second]
                + ["-o", report, "--quiet"])
        #expect(run.exitCode == 0 && run.output.isEmpty, "\(run.errors)")
        #expect(names.contains("matrix.png") && names.filter { $0.hasSuffix(".mp4") }.count == 4)
        #expect(names.filter { $0.hasSuffix("-axes.png") }.count == 8)
        let pairs = try #require(try table()["pairs"] as? [[String: Any]])
        #expect(
            pairs.map { "\($0["source"]!) \($0["driving"]!)" } == [
                "a & b.png driving.mp4", "a & b.png <second>.mp4", "b.png driving.mp4", "b.png <second>.mp4",
            ])
        // Two names of one network say the same.
        let paths = try #require(pairs[3]["paths"] as? [[String: Any]])
        #expect(paths.count == 6 && paths[0]["mean_identity_drift"] as? Double == paths[3]["mean_identity_drift"] as? Double)

        let page = try text("index.html")
        let addresses = page.components(separatedBy: "src=\"").dropFirst().map { $0.prefix(5) }
        // The matrix; of each pair a video, a sheet and three figures a model.
        #expect(addresses.count == 1 + 4 * 10 && addresses.allSatisfy { $0 == "data:" })
        let words = ReportText.withoutData(page)
        #expect(words.count < page.count / 2 && !words.contains("http") && !page.contains("url(") && !page.contains(folder.path))
        #expect(page.contains("a &amp; b.png by &lt;second&gt;.mp4") && !page.contains("<second>"))
        for tag in ["section", "table", "div", "main", "tr", "ol", "body", "html"] {
            #expect(
                page.components(separatedBy: "<\(tag)>").count + page.components(separatedBy: "<\(tag) ").count - 1
                    == page.components(separatedBy: "</\(tag)>").count, "\(tag) is not closed")
        }
    }

    @Test func mistakesAreSaidAndLeaveNothing() throws {
        let before = folder.names
        for (arguments, code, words) in [
            (["-d", driving, "--strength", "1,x"], 64, "--strength"), (["-d", driving, "--strength", "1,inf"], 64, "--strength"),
            (["-d", driving, "--only", "21"], 64, "1 to 20"), (["-d", driving, "--size", "33"], 64, "--size"), ([], 64, "--driving"),
            (["-d", driving, "--strength", (1...20).map(String.init).joined(separator: ",")], 64, "side by side"),
            (["-d", folder.file("absent.mp4")], 65, "absent.mp4"), (["-d", source, "--frames", "5..9"], 65, "has no frames 5..9"),
            (["-d", driving, "-s", folder.file("absent.png")], 65, "absent.png"), (["-d", driving, "-o", driving], 74, "inputs"),
        ] as [([String], Int32, String)] {
            let run = try compare(arguments)
            #expect(run.exitCode == code && run.errors.contains(words) && !run.wasKilled, "\(arguments): \(run.errors)")
            if code != 64 { #expect(run.errors.split(separator: "\n").count == 1, "\(run.errors)") }
        }
        #expect(folder.names == before)
    }

    @Test func reportsReplaceReportsAlone() throws {
        let arguments = ["-d", driving, "--frames", "1..2", "--quiet"]
        #expect(try compare(arguments).exitCode == 0)
        let again = try compare(arguments)
        #expect(again.exitCode == 74 && again.errors.contains("--overwrite"))
        #expect(try compare(arguments + ["--overwrite"]).exitCode == 0)
        try Data("mine".utf8).write(to: URL(fileURLWithPath: report + "/notes.txt"))
        let refused = try compare(arguments + ["--overwrite"])
        #expect(refused.exitCode == 74 && refused.errors.contains("notes.txt") && names.contains("notes.txt"))
    }

    @Test func helpTeaches() throws {
        let help = try CommandRun.lia(["compare", "--help"]).output
        #expect(help.contains("EXAMPLES") && help.contains("lia compare --source") && help.contains("index.html"))
    }
}
