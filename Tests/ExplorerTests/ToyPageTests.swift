import Explorer
import Foundation
import Media
import Testing
import TestSupport

/// The page of a family that is only known here: it is told its controls and views, and shows them.
@Suite(.timeLimit(.minutes(15))) struct ToyPageTests {
    @Test func thePageShowsWhatTheFamilyHas() async throws {
        let folder = try TemporaryFolder()
        try ToyNetwork.write(gain: 1, to: folder.file("toy.safetensors"))
        let server = try PageServer(model: folder.file("toy.safetensors"), port: 0)
        let (ports, continuation) = AsyncStream<UInt16>.makeStream()
        let serving = Task { try await server.run { continuation.yield($1) } }
        defer { serving.cancel() }
        var iterator = ports.makeAsyncIterator()
        let http = RawHTTP(port: try #require(await iterator.next()))

        let begun = try http.json("POST", "/api/sessions", [String: String]())
        let session = try #require(begun.json["session"] as? String), model = try #require(begun.json["model"] as? [String: Any])
        let views = try #require(model["views"] as? [[String: Any]]), directions = try #require(model["directions"] as? [[String: Any]])
        #expect(views.map { $0["name"] as? String } == ["image", "shift", "cover", "difference"])
        #expect(views.allSatisfy { $0["sides"] as? [Int] == [64] } && model["size"] as? Int == 64)
        #expect(directions.map { $0["name"] as? String } == ["across", "down"])
        #expect(directions.allSatisfy { $0["low"] as? Double == -0.5 && $0["high"] as? Double == 0.5 })

        try Samples.picture().write(to: folder.file("p.png"))
        let picture = try Data(contentsOf: URL(fileURLWithPath: folder.file("p.png")))
        #expect(try http.ask("POST", "/api/sessions/\(session)/portrait?name=p.png", body: picture).status == 200)
        func frame(_ view: String, _ edit: [Double]) throws -> RawHTTP.Answer {
            try http.json(
                "POST", "/api/sessions/\(session)/frame",
                [
                    "settings": ["edit": edit, "strength": 1, "motion_strength": 1, "muted": [Int]()], "view": view, "level": 0,
                    "modes": [String](),
                ])
        }
        for view in ["image", "shift", "cover", "difference"] {
            let answer = try frame(view, [0.25, 0])
            #expect(answer.status == 200 && answer.body.count == 3 * 64 * 64, "\(view)")
        }
        #expect(try frame("difference", [0, 0]).body.allSatisfy { $0 == 0 })
        #expect(try frame("cover", [0.25, 0]).body.allSatisfy { $0 == 255 })
        // A shift by an eighth of the side: full color at a larger one.
        #expect(try frame("shift", [0.25, 0]).headers["lia-scale"] == "10 %")
        #expect(try frame("mask", [0, 0]).status == 400)
    }
}
