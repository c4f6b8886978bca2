import Foundation
import Media
import Testing
import TestSupport

/// What the explorer refuses, and that it is left as it was.
@Suite(.serialized, .timeLimit(.minutes(15))) struct SafetyTests {
    let explorer: ServedExplorer
    let portrait: Data

    init() throws {
        explorer = try ServedExplorer()
        let path = explorer.folder.file("portrait.png")
        try Samples.picture(width: 90, height: 70).write(to: path)
        portrait = try Data(contentsOf: URL(fileURLWithPath: path))
    }

    @Test func thePageBringsAllThatItNeeds() throws {
        for (path, type) in [("/", "text/html"), ("/page.css", "text/css"), ("/page.js", "text/javascript")] {
            let answer = try explorer.http.ask("GET", path)
            #expect(answer.status == 200 && answer.headers["content-type"]?.hasPrefix(type) == true)
            #expect(answer.headers["content-security-policy"]?.contains("default-src 'none'; script-src 'self'; style-src 'self'") == true)
            #expect(answer.headers["x-content-type-options"] == "nosniff" && answer.headers["x-frame-options"] == "DENY")
            // Nothing is loaded from elsewhere.
            #expect(!answer.text.contains("http://") && !answer.text.contains("https://") && answer.body.count > 1000)
        }
        for (path, status) in [
            ("/nothing", 404), ("/../Package.swift", 404), ("/%2e%2e/etc/passwd", 404), ("/page.js/x", 404), ("/api", 404),
            ("/api/sessions/none/frame", 410),
        ] {
            let answer = try explorer.http.ask("GET", path)
            #expect(answer.status == status && !answer.problem.isEmpty && answer.body.count < 300, "\(path): \(answer.status)")
        }
    }

    @Test func otherHostsNamesAreRefused() throws {
        let port = explorer.http.port
        for host in [
            "evil.example", "evil.example:\(port)", "localhost.evil.example:\(port)", "127.0.0.1.evil.example", "evil-localhost", "x.localhost",
            "x.localhost:\(port)", "-", "",
        ] {
            #expect(try explorer.http.ask("GET", "/", headers: ["Host": host]).status == 403, "\(host)")
            #expect(try explorer.http.ask("POST", "/api/sessions", headers: ["Host": host]).status == 403, "\(host)")
        }
        for host in ["localhost:\(port)", "LOCALHOST", "localhost.", "127.0.0.1:\(port)", "[::1]:\(port)"] {
            #expect(try explorer.http.ask("GET", "/", headers: ["Host": host]).status == 200, "\(host)")
        }
    }

    @Test func writesFromOtherSitesAreRefused() throws {
        let port = explorer.http.port
        for headers in [
            ["Origin": "http://evil.example"], ["Origin": "null"], ["Origin": "http://127.0.0.1:1"], ["Origin": "http://localhost:\(port)"],
            ["Sec-Fetch-Site": "cross-site"], ["Sec-Fetch-Site": "same-site"],
        ] {
            let answer = try explorer.http.ask("POST", "/api/sessions", headers: headers)
            #expect(answer.status == 403 && answer.problem.contains("another site"), "\(headers)")
        }
        #expect(explorer.leftovers.isEmpty)
        // Reading is refused too, but a link may lead to the page.
        #expect(try explorer.http.ask("GET", "/api/start", headers: ["Sec-Fetch-Site": "cross-site"]).status == 403)
        #expect(try explorer.http.ask("GET", "/", headers: ["Sec-Fetch-Site": "cross-site"]).status == 200)
        let own = ["Origin": "http://127.0.0.1:\(port)", "Sec-Fetch-Site": "same-origin"]
        #expect(try explorer.http.ask("POST", "/api/sessions", headers: own).status == 201)
    }

    /// A refused upload could hold a request with whatever headers it likes; it must never be answered.
    @Test func whatARefusedRequestHoldsIsNotARequest() throws {
        let hidden = "POST /api/sessions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n\r\n"
        let body = Data(String(repeating: hidden, count: 100).utf8)
        let head = "POST /api/sessions HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: http://evil.example\r\n"
        for lines in ["Content-Length: \(body.count)\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n", "Content-Length: \(body.count * 50)\r\n\r\n"] {
            let answer = try explorer.http.exchange(Data((head + lines).utf8) + body)
            #expect(answer.status == 403 && !answer.rest.contains(UInt8(ascii: "H")), "\(String(decoding: answer.rest, as: UTF8.self))")
        }
        // Also where nobody asked for a body.
        let answer = try explorer.http.exchange(
            Data("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: \(body.count)\r\n\r\n".utf8) + body)
        #expect(answer.status == 200 && answer.rest.isEmpty)
        #expect(explorer.leftovers.isEmpty)
    }

    @Test func uploadsAreLimitedInBytes() throws {
        let session = try explorer.begin(portrait: nil)
        let path = "/api/sessions/\(session)/portrait?name=big.jpg"
        let refused = try explorer.http.ask("POST", path, body: Data(count: 33 << 20))
        #expect(refused.status == 413 && refused.problem == "a picture may have at most 32 MB, and this has 33 MB; choose a smaller one")
        let film = try explorer.http.ask("POST", "/api/sessions/\(session)/motion", body: Data(count: 5000), headers: ["Content-Length": "536870913"])
        #expect(film.status == 413 && film.problem.contains("at most 512 MB"))
        let wordy = try explorer.http.ask("POST", "/api/sessions/\(session)/frame", body: Data(count: 70_000))
        #expect(wordy.status == 413)
        let unsaid = try explorer.http.ask("POST", path, body: Data("0\r\n\r\n".utf8), headers: ["Transfer-Encoding": "chunked"])
        #expect(unsaid.status == 411)
        #expect(try explorer.http.ask("POST", path).problem.contains("empty"))
        #expect(try names(of: session).isEmpty)
    }

    @Test func uploadsAreLimitedInPixels() throws {
        let session = try explorer.begin(portrait: nil)
        let answer = try explorer.http.ask("POST", "/api/sessions/\(session)/portrait?name=huge.bmp", body: Self.huge)
        #expect(answer.status == 422 && answer.problem.hasPrefix("huge.bmp: ") && answer.problem.contains("pixels"), "\(answer.problem)")
        #expect(explorer.memory < 500 << 20)
    }

    /// The header of a bitmap of 20,000 × 20,000 pixels, and little more.
    private static var huge: Data {
        func little(_ value: Int, _ bytes: Int) -> [UInt8] { (0..<bytes).map { UInt8(value >> (8 * $0) & 255) } }
        let (width, height) = (20_000, 20_000)
        return Data(
            Array("BM".utf8) + little(54 + 3 * width * height, 4) + little(0, 4) + little(54, 4) + little(40, 4) + little(width, 4)
                + little(height, 4) + little(1, 2) + little(24, 2) + little(0, 24)) + Data(count: 5000)
    }

    @Test func namesOfFilesNeverBecomePaths() throws {
        let session = try explorer.begin(portrait: nil)
        for name in ["../../../../tmp/lia-taken.png", "%2Fetc%2Fpasswd", "..%5C..%5Ctaken.png", "."] {
            let answer = try explorer.http.ask("POST", "/api/sessions/\(session)/portrait?name=\(name)", body: portrait)
            let shown = try #require(answer.json["name"] as? String)
            #expect(answer.status == 200 && !shown.contains("/") && !shown.contains("\\") && !shown.isEmpty, "\(shown)")
        }
        #expect(try names(of: session).count == 1)
        #expect(!FileManager.default.fileExists(atPath: "/tmp/lia-taken.png"))
        let broken = try explorer.http.ask("POST", "/api/sessions/\(session)/portrait?name=a%2Fbroken.png", body: Data("nothing".utf8))
        #expect(broken.status == 422 && broken.problem.hasPrefix("broken.png: ") && !broken.problem.contains("/"), "\(broken.problem)")
        // The portrait before it is still there.
        #expect(try explorer.http.json("POST", "/api/sessions/\(session)/frame", ServedExplorer.wish()).status == 200)
        // A model is chosen among those that are listed, not by path.
        for model in ["/etc/passwd", Fixture.path("reference/lia-tiny.safetensors"), ".."] {
            #expect(try explorer.http.json("POST", "/api/sessions/\(session)/model", ["model": model]).status == 404, "\(model)")
        }
    }

    @Test func wrongRequestsAreAnsweredInWords() throws {
        let session = try explorer.begin(portrait: portrait)
        let wishes: [Any] = [
            ["view": "image"], ServedExplorer.wish([:], ["view": "other"]), ServedExplorer.wish([:], ["level": 9]),
            ServedExplorer.wish([:], ["level": -1]), ServedExplorer.wish([1: 2000]), ServedExplorer.wish(muted: [21]), ServedExplorer.wish(muted: [0]),
            ["settings": ["edit": [1.0], "strength": 1, "motion_strength": 1, "muted": [Int]()], "view": "image", "level": 0, "modes": [String]()],
            ServedExplorer.wish([:], ["frame": 3, "modes": ["relative"]]),
        ]
        for wish in wishes {
            let answer = try explorer.http.json("POST", "/api/sessions/\(session)/frame", wish)
            #expect([400, 409].contains(answer.status) && !answer.problem.isEmpty, "\(wish)")
        }
        #expect(try explorer.http.ask("POST", "/api/sessions/\(session)/frame", body: Data("no json".utf8)).status == 400)
        let name = try explorer.http.json("PUT", "/api/sessions/\(session)/names/3", ["name": "nod"])
        #expect(name.status == 422 && name.problem.contains("lia convert"), "\(name.problem)")
        let empty = try explorer.begin(portrait: nil)
        #expect(try explorer.http.json("POST", "/api/sessions/\(empty)/frame", ServedExplorer.wish()).problem == "choose a picture first")
    }

    /// The names of a page's files.
    private func names(of session: String) throws -> [String] {
        try explorer.leftovers.flatMap {
            try FileManager.default.contentsOfDirectory(atPath: explorer.folder.file("temporary/\($0)"))
        }
    }
}
