import Foundation
import Media
import TestSupport
import Testing

/// What a page can begin with, and what it is told of motion.
@Suite(.serialized, .timeLimit(.minutes(15))) struct BeginningTests {
    let explorer: ServedExplorer
    let session: String

    init() throws {
        explorer = try ServedExplorer()
        let path = explorer.folder.file("portrait.png")
        try Samples.picture(width: 90, height: 70).write(to: path)
        session = try explorer.begin(portrait: try Data(contentsOf: URL(fileURLWithPath: path)))
    }

    private func ask(_ method: String, _ path: String, body: Data = Data()) throws -> RawHTTP.Answer {
        try explorer.http.ask(method, "/api/sessions/\(session)/\(path)", body: body)
    }

    /// Sends a file as the page's motion, and waits for it.
    private func drive(_ file: String, kind: String) throws -> [String: Any] {
        let data = try Data(contentsOf: URL(fileURLWithPath: explorer.folder.file(file)))
        #expect(try ask("POST", "motion?name=\(file)&kind=\(kind)", body: data).status == 202)
        for _ in 0..<600 {
            let job = try ask("GET", "job").json
            if job["phase"] as? String != "working" { return job }
            usleep(50_000)
        }
        throw RawHTTP.Failure(what: "it takes too long")
    }

    @Test func drawnPeopleAreOffered() throws {
        let gallery = try explorer.http.ask("GET", "/api/examples")
        #expect(gallery.headers["lia-width"] == "96" && gallery.body.count == 6 * 96 * 96 * 3)
        let second = try ask("POST", "portrait?from=example&number=1").json
        #expect(second["name"] as? String == "example-2.png" && second["is_moving"] as? Bool == false)
        #expect(try ask("POST", "portrait?from=example").json["name"] as? String == "example.png")
        for wrong in ["9", "-1", "x"] { #expect(try ask("POST", "portrait?from=example&number=\(wrong)").status == 404) }
    }

    /// Its first frame is the portrait, and all of it is saved.
    @Test func aVideoCanBeThePortrait() throws {
        try Samples.video(explorer.folder.file("talk.mp4"), frames: 6)
        let data = try Data(contentsOf: URL(fileURLWithPath: explorer.folder.file("talk.mp4")))
        let portrait = try ask("POST", "portrait?name=talk.mp4&kind=video", body: data)
        #expect(portrait.status == 200 && portrait.json["is_moving"] as? Bool == true && portrait.json["width"] as? Int == 64)
        let wish: [String: Any] = ["settings": ServedExplorer.wish([3: 1.5])["settings"]!, "mode": "relative"]
        let command = try explorer.http.json("POST", "/api/sessions/\(session)/save", wish.merging(["kind": "command"]) { $1 })
        #expect((command.json["command"] as? String)?.hasSuffix("--source talk.mp4 --set=3=1.5 --output talk-edited.mp4") == true)
        #expect(try explorer.http.json("POST", "/api/sessions/\(session)/save", wish.merging(["kind": "mp4"]) { $1 }).status == 202)
        for _ in 0..<600 where try ask("GET", "job").json["phase"] as? String == "working" { usleep(50_000) }
        let saved = try ask("GET", "saved")
        #expect(saved.headers["content-disposition"]?.contains("talk-edited.mp4") == true)
        try saved.body.write(to: URL(fileURLWithPath: explorer.folder.file("saved.mp4")))
        #expect(try Samples.frames(explorer.folder.file("saved.mp4")).count == 6)
    }

    @Test func relativeMotionBeginsWhereItIsWanted() throws {
        try Samples.video(explorer.folder.file("talk.mp4"), frames: 12)
        #expect(try drive("talk.mp4", kind: "video")["phase"] as? String == "done")
        let motion = try ask("GET", "motion").json
        #expect(motion["is_speech"] as? Bool == false && (motion["fit"] as? [String: Any])?["absolute"] is Bool)
        func frame(_ number: Int, reference: Int?) throws -> RawHTTP.Answer {
            var settings = ServedExplorer.wish([:])["settings"] as! [String: Any]
            settings["reference"] = reference ?? NSNull()
            let wish: [String: Any] = ["settings": settings, "view": "image", "level": 3, "frame": number, "modes": ["relative"]]
            return try explorer.http.json("POST", "/api/sessions/\(session)/frame", wish)
        }
        // Where it begins, the portrait is as it is.
        let still = try frame(0, reference: nil).body
        #expect(!still.isEmpty)
        #expect(try frame(7, reference: 7).body == still)
        #expect(try frame(7, reference: nil).body != still)
        #expect(try frame(7, reference: 12).status == 409)
        #expect(try frame(7, reference: -1).status == 400)
    }

    /// A model whose directions have no names cannot speak, and says what to do.
    @Test func speechWantsNames() throws {
        let samples = [UInt8](repeating: 0, count: 16000)
        var header = Array("RIFF".utf8) + [0xa4, 0x3e, 0, 0] + Array("WAVEfmt ".utf8) + [16, 0, 0, 0, 1, 0, 1, 0]
        header += [0x80, 0x3e, 0, 0, 0, 0x7d, 0, 0, 2, 0, 16, 0] + Array("data".utf8) + [0x80, 0x3e, 0, 0]
        try Data(header + samples).write(to: URL(fileURLWithPath: explorer.folder.file("words.wav")))
        let job = try drive("words.wav", kind: "sound")
        #expect(job["phase"] as? String == "failed")
        #expect((job["message"] as? String)?.contains("lia explore label") == true, "\(job)")
    }
}
