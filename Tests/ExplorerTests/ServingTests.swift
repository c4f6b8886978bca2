import Explorer
import Foundation
import Media
import Testing
import TestSupport

/// Serving: the address, many requests, and pages that come and go.
@Suite(.serialized, .timeLimit(.minutes(15))) struct ServingTests {
    private func portrait() throws -> Data {
        let folder = try TemporaryFolder()
        try Samples.picture(width: 90, height: 70).write(to: folder.file("portrait.png"))
        return try Data(contentsOf: URL(fileURLWithPath: folder.file("portrait.png")))
    }

    @Test func theAddressIsPrintedAndATakenPortGivesWay() throws {
        let first = try ServedExplorer()
        #expect(first.line == "the explorer is at http://127.0.0.1:\(first.http.port)/ (Ctrl-C ends it)")
        let second = try ServedExplorer(["--port", String(first.http.port)])
        #expect(second.http.port != first.http.port && second.line.contains("(port \(first.http.port) is taken;"), "\(second.line)")
        #expect(try second.http.ask("GET", "/").status == 200)
        let third = try ServedExplorer(["--port", "0", "--host", "127.0.0.1"])
        #expect(try third.http.ask("GET", "/").status == 200)
    }

    @Test func wrongUseCostsOneLine() throws {
        let model = ["--model", Fixture.path("reference/lia-tiny.pt")]
        for (words, code) in [
            (["--serve", "--host", "no.such.host"], 65), (["--serve", "--host", "203.0.113.7"], 65), (["--serve", "--output", "x"], 64),
            (["--port", "1"], 64), (["--serve", "--source", "absent.png"], 65), (["--serve", "--steps", "5"], 64), ([], 64),
        ] {
            let run = try CommandRun.lia(["explore"] + model + words)
            #expect(run.exitCode == Int32(code) && !run.wasKilled && run.output.isEmpty, "\(words): \(run.exitCode) \(run.errors)")
        }
    }

    @Test func interruptionLeavesNothing() throws {
        let explorer = try ServedExplorer()
        let session = try explorer.begin(portrait: portrait())
        #expect(try explorer.http.ask("POST", "/api/sessions/\(session)/motion?from=example").status == 202)
        #expect(!explorer.leftovers.isEmpty)
        #expect(explorer.interrupt() == 130)
        #expect(explorer.leftovers.isEmpty)
    }

    /// 500 requests in a row and 50 at once leave memory where it was.
    @Test func manyRequestsLeaveMemoryWhereItWas() throws {
        let explorer = try ServedExplorer()
        let picture = try portrait()
        let session = try explorer.begin(portrait: picture)
        let path = "/api/sessions/\(session)/frame"
        func row(_ count: Int) throws {
            for number in 0..<count {
                let answer = try explorer.http.json("POST", path, ServedExplorer.wish([1 + number % 20: 1]))
                guard answer.status == 200, answer.body.count == 3 * 64 * 64 else { throw RawHTTP.Failure(what: answer.text) }
            }
        }
        func fiftyAtOnce() throws -> [Int] {
            let lock = NSLock()
            nonisolated(unsafe) var found: [Int] = []
            let threads = (0..<50).map { number in
                let done = DispatchSemaphore(value: 0)
                Thread.detachNewThread {
                    let status = (try? explorer.http.json("POST", path, ServedExplorer.wish([1 + number % 20: 2])))?.status ?? 0
                    lock.withLock { found.append(status) }
                    done.signal()
                }
                return done
            }
            for thread in threads { thread.wait() }
            return found
        }
        // What the program and its allocator keep for the next requests comes to its size at some time, and in leaps; what is lost
        // grows in every round. A frame is 12 kB, those of a round 6 MB.
        var memory = [explorer.memory], growth = Int.max
        for round in 0..<30 where round < 3 || growth >= 2 << 20 {
            try row(500)
            let statuses = try fiftyAtOnce()
            // Those that a newer one overtook are not computed.
            #expect(statuses.allSatisfy { $0 == 200 || $0 == 204 } && statuses.contains(200), "\(statuses)")
            memory.append(explorer.memory)
            growth = memory[round + 1] - memory[round]
        }
        #expect(growth < 2 << 20, "\(memory) bytes")
    }

    @Test func fiftyPagesAtOnceAreServedInTurn() throws {
        let explorer = try ServedExplorer()
        let picture = try portrait()
        let sessions = try (0..<50).map { _ in try explorer.begin(portrait: picture) }
        #expect(Set(sessions).count == 50 && sessions.allSatisfy { $0.count == 32 })
        // Those that were silent longest gave way, and are told so.
        #expect(explorer.leftovers.count == ExplorerLimits().sessions)
        #expect(try explorer.http.json("POST", "/api/sessions/\(sessions[0])/frame", ServedExplorer.wish()).status == 410)
        #expect(try explorer.http.json("POST", "/api/sessions/\(sessions[49])/frame", ServedExplorer.wish()).status == 200)
    }

    @Test func aPageThatGoesFreesWhatItHeld() async throws {
        let picture = try portrait()
        var limits = ExplorerLimits()
        // Long enough for requests on a busy machine.
        limits.idleSeconds = 10
        let server = try PageServer(model: Fixture.path("reference/lia-tiny.pt"), port: 0, limits: limits)
        let (ports, found) = AsyncStream<UInt16>.makeStream()
        let serving = Task { try await server.run { found.yield($1) } }
        defer { serving.cancel() }
        var iterator = ports.makeAsyncIterator()
        let http = RawHTTP(port: try #require(await iterator.next()))
        func begin() throws -> String {
            let session = try #require(try http.json("POST", "/api/sessions", [String: String]()).json["session"] as? String)
            #expect(try http.ask("POST", "/api/sessions/\(session)/portrait", body: picture).status == 200)
            return session
        }
        let (leaving, silent) = (try begin(), try begin())
        #expect(server.pages == 2)
        // It says good-bye.
        #expect(try http.ask("POST", "/api/sessions/\(leaving)/end").status == 204)
        #expect(server.pages == 1)
        // It says nothing.
        for _ in 0..<1200 where server.pages > 0 { try await Task.sleep(nanoseconds: 50_000_000) }
        #expect(server.pages == 0)
        #expect(try http.ask("POST", "/api/sessions/\(silent)/alive").status == 410)
    }
}
