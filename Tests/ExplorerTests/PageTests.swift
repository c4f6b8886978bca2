import Foundation
import Media
import Testing
import TestSupport

/// What a page shows and saves equals what the commands make.
@Suite(.serialized, .timeLimit(.minutes(15))) struct PageTests {
    let explorer: ServedExplorer
    let portrait: Data
    let session: String

    init() throws {
        explorer = try ServedExplorer()
        let path = explorer.folder.file("portrait.png")
        try Samples.picture(width: 90, height: 70).write(to: path)
        portrait = try Data(contentsOf: URL(fileURLWithPath: path))
        session = try explorer.begin(portrait: portrait)
    }

    private func ask(_ method: String, _ path: String, _ value: Any) throws -> RawHTTP.Answer {
        try explorer.http.json(method, "/api/sessions/\(session)/\(path)", value)
    }

    private func frame(_ wish: [String: Any]) throws -> Data {
        let answer = try ask("POST", "frame", wish)
        guard answer.status == 200 else { throw RawHTTP.Failure(what: answer.text) }
        return answer.body
    }

    private func lia(_ words: [String]) throws {
        let run = try CommandRun.lia(words + ["--model", Fixture.path("reference/lia-tiny.pt"), "--quiet"], folder: explorer.folder.path)
        #expect(run.exitCode == 0, "\(run.errors)")
    }

    private func saved() throws -> RawHTTP.Answer { try explorer.http.ask("GET", "/api/sessions/\(session)/saved") }

    /// Waits for long work.
    private func done() throws -> [String: Any] {
        for _ in 0..<600 {
            let job = try explorer.http.ask("GET", "/api/sessions/\(session)/job").json
            if job["phase"] as? String != "working" { return job }
            usleep(50_000)
        }
        throw RawHTTP.Failure(what: "it takes too long")
    }

    private func save(_ kind: String, _ edit: [Int: Float], frame: Int? = nil, mode: String = "relative", muted: [Int] = []) throws -> RawHTTP.Answer {
        var wish: [String: Any] = ["kind": kind, "settings": ServedExplorer.wish(edit, muted: muted)["settings"]!, "mode": mode]
        if let frame { wish["frame"] = frame }
        let answer = try ask("POST", "save", wish)
        #expect(answer.status < 300, "\(answer.text)")
        return answer
    }

    @Test func aFrameIsWhatTheCommandMakes() throws {
        let shown = try frame(ServedExplorer.wish([3: 1.5, 7: -2]))
        try lia(["edit", "--source", "portrait.png", "--set", "3=1.5,7=-2", "--output", "edited.png"])
        #expect(Array(shown) == (try Picture.read(explorer.folder.file("edited.png"))).pixels)
        // Saved, it is the same, and its command makes it.
        _ = try save("png", [3: 1.5, 7: -2])
        let picture = try saved()
        #expect(picture.headers["content-disposition"]?.contains("portrait-edited.png") == true)
        #expect(try Picture.decode([UInt8](picture.body), name: "saved").pixels == Array(shown))
        #expect(picture.body.range(of: Data("synthetic".utf8)) != nil)
        let command = try save("command", [3: 1.5, 7: -2]).json["command"] as? String
        #expect(
            command == "lia edit --model \(Fixture.path("reference/lia-tiny.pt")) --source portrait.png --set=3=1.5,7=-2 --output portrait-edited.png")
        _ = try save("json", [3: 1.5, 7: -2])
        try saved().body.write(to: URL(fileURLWithPath: explorer.folder.file("motion.json")))
        try lia(["animate", "-s", "portrait.png", "-d", "motion.json", "--mode", "absolute", "-o", "again.png"])
        #expect(try Picture.read(explorer.folder.file("again.png")).pixels == Array(shown))
    }

    @Test func everyViewHasEveryLevel() throws {
        var seen = Set<Data>()
        for view in ["image", "flow", "mask", "features", "difference"] {
            for level in 0..<4 {
                let answer = try ask("POST", "frame", ServedExplorer.wish([3: 1.5], ["view": view, "level": level]))
                let side = 8 << level
                #expect(answer.status == 200 && answer.body.count == 3 * side * side && answer.headers["lia-width"] == String(side))
                seen.insert(answer.body)
            }
        }
        #expect(seen.count == 20)
        let same = try frame(ServedExplorer.wish([:], ["view": "difference"]))
        #expect(same.allSatisfy { $0 == 0 })
        let ends = try explorer.http.ask("GET", "/api/sessions/\(session)/ends/3")
        #expect(Data(ends.body.suffix(3 * 64 * 64)) == (try frame(ServedExplorer.wish([3: 3]))))
        #expect(Data(ends.body.prefix(3 * 64 * 64)) == (try frame(ServedExplorer.wish([3: -3]))))
    }

    @Test func motionIsWhatTheCommandMakes() throws {
        try Samples.video(explorer.folder.file("driving.mp4"), frames: 12)
        let video = try Data(contentsOf: URL(fileURLWithPath: explorer.folder.file("driving.mp4")))
        #expect(try explorer.http.ask("POST", "/api/sessions/\(session)/motion?name=driving.mp4", body: video).status == 202)
        #expect(try done()["phase"] as? String == "done")
        let motion = try explorer.http.ask("GET", "/api/sessions/\(session)/motion").json
        #expect((motion["times"] as? [Double])?.count == 12 && (motion["magnitudes"] as? [[Double]])?.first?.count == 20)
        let modes = ["relative", "absolute"]
        let shown = try frame(ServedExplorer.wish([3: 1], ["frame": 7, "modes": modes], muted: [5], strength: 1.5))
        for (number, mode) in modes.enumerated() {
            try lia([
                "animate", "-s", "portrait.png", "-d", "driving.mp4", "--mode", mode, "--set", "3=1", "--without", "5", "--strength", "1.5",
                "-o", "\(mode)/",
            ])
            let reader = try FrameReader(explorer.folder.file(mode))
            var pictures: [Picture] = []
            while let next = try reader.next() { pictures.append(next.picture) }
            let size = 3 * 64 * 64
            #expect(pictures.count == 12 && Array(shown[number * size..<(number + 1) * size]) == pictures[7].pixels)
        }
        // The video, its command, and its magnitudes.
        _ = try save("mp4", [3: 1], frame: 7, muted: [5])
        #expect(try done()["phase"] as? String == "done")
        let film = try saved()
        #expect(film.headers["content-type"] == "video/mp4")
        try lia(["animate", "-s", "portrait.png", "-d", "driving.mp4", "--set", "3=1", "--without", "5", "-o", "film.mp4"])
        #expect(try Data(contentsOf: URL(fileURLWithPath: explorer.folder.file("film.mp4"))) == film.body)
        let command = try save("command", [3: 1], frame: 7, muted: [5]).json["command"] as? String ?? ""
        #expect(command.hasSuffix("--source portrait.png --driving driving.mp4 --mode relative --set=3=1 --without 5 --output portrait-relative.mp4"), "\(command)")
        _ = try save("json", [3: 1], muted: [5])
        let magnitudes = try saved().body
        // Back in, played in absolute mode, it gives the frames that were saved.
        let before = try frame(ServedExplorer.wish([3: 1], ["frame": 7, "modes": ["relative"]], muted: [5]))
        #expect(try explorer.http.ask("POST", "/api/sessions/\(session)/motion?name=motion.json", body: magnitudes).status == 202)
        #expect(try done()["phase"] as? String == "done")
        #expect(try frame(ServedExplorer.wish([:], ["frame": 7, "modes": ["absolute"]])) == before)
        // What is no motion is refused, and the motion before it stays.
        #expect(try explorer.http.ask("POST", "/api/sessions/\(session)/motion?name=notes.txt", body: Data("no video".utf8)).status == 202)
        let failed = try done()
        #expect(failed["phase"] as? String == "failed" && (failed["message"] as? String)?.hasPrefix("notes.txt: ") == true, "\(failed)")
        #expect(try frame(ServedExplorer.wish([:], ["frame": 7, "modes": ["absolute"]])) == before)
        #expect(try explorer.http.ask("DELETE", "/api/sessions/\(session)/motion").status == 204)
        #expect(try ask("POST", "frame", ServedExplorer.wish([:], ["frame": 0, "modes": modes])).status == 409)
    }

    @Test func namesAreKeptBesideTheModel() throws {
        let models = explorer.folder.file("models")
        for name in ["one", "two"] {
            let run = try CommandRun.lia(["convert", Fixture.path("reference/lia-tiny.pt"), "\(models)/\(name)", "--quiet"])
            #expect(run.exitCode == 0, "\(run.errors)")
        }
        let named = try ServedExplorer(model: "one", models: models)
        let session = try named.begin(portrait: portrait)
        #expect((try named.http.ask("GET", "/api/start").json["models"] as? [String])?.contains("two") == true)
        func rename(_ number: Int, _ name: String?) throws -> RawHTTP.Answer {
            try named.http.json("PUT", "/api/sessions/\(session)/names/\(number)", ["name": name as Any? ?? NSNull()])
        }
        #expect(try rename(8, "nod").status == 200)
        #expect(try rename(3, "Nod").problem.contains("already"))
        #expect(try rename(3, "a,b").status == 422 && rename(21, "x").status == 422)
        let list = try CommandRun.lia(["explore", "label", "--model", "\(models)/one"])
        #expect(list.output == "8 nod\n")
        // Another page, and the command line, know it at once.
        let other = try named.begin(portrait: portrait)
        #expect(try named.http.ask("POST", "/api/sessions/\(other)/alive").text.contains("\"nod\""))
        let wish: [String: Any] = ["kind": "command", "settings": ServedExplorer.wish([8: 1])["settings"]!, "mode": "relative"]
        #expect(try named.http.json("POST", "/api/sessions/\(session)/save", wish).text.contains("--set=nod=1"))
        #expect(try rename(8, nil).status == 200)
        #expect(try CommandRun.lia(["explore", "label", "--model", "\(models)/one"]).output.contains("none of the"))
        // A page's model is its own.
        #expect(try named.http.json("POST", "/api/sessions/\(session)/model", ["model": "two"]).json["name"] as? String == "two")
        #expect(try named.http.json("POST", "/api/sessions/\(session)/frame", ServedExplorer.wish()).status == 200)
        #expect(try named.http.json("POST", "/api/sessions/\(other)/model", [String: String]()).json["name"] as? String == "one")
    }

    @Test func aPageMayBeginWithAPicture() throws {
        let started = try ServedExplorer(["--port", "0", "--source", explorer.folder.file("portrait.png")])
        #expect(try started.http.ask("GET", "/api/start").json["has_picture"] as? Bool == true)
        let session = try started.begin(portrait: nil)
        #expect(try started.http.ask("POST", "/api/sessions/\(session)/portrait?from=start").status == 200)
        #expect(try explorer.http.ask("POST", "/api/sessions/\(self.session)/portrait?from=start").status == 404)
        // Its own file is never removed.
        #expect(try started.http.ask("POST", "/api/sessions/\(session)/portrait?from=example").status == 200)
        #expect(FileManager.default.fileExists(atPath: explorer.folder.file("portrait.png")))
        #expect(try started.http.json("POST", "/api/sessions/\(session)/frame", ServedExplorer.wish()).status == 200)
    }
}
