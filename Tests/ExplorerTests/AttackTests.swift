import Foundation
import TestSupport
import Testing

/// What keeps a server from answering: heads without an end, connections that say nothing, uploads that never end. A page is answered all
/// the while.
@Suite(.serialized, .timeLimit(.minutes(15))) struct AttackTests {
    /// Sockets that are open until they are closed.
    private final class Sockets {
        private(set) var descriptors: [Int32] = []
        let port: UInt16

        init(port: UInt16) { self.port = port }

        deinit { descriptors.forEach { close($0) } }

        /// Opens one and sends bytes, as many as are taken at once.
        @discardableResult func open(_ bytes: Data = Data()) -> Int32 {
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            inet_pton(AF_INET, "127.0.0.1", &address.sin_addr)
            _ = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
            }
            descriptors.append(descriptor)
            _ = bytes.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)) }
            return descriptor
        }
    }

    /// Seconds that answers to an ordinary page take, as the middle one of some does.
    private func usual(_ explorer: ServedExplorer) throws -> Double {
        try (0..<9).map { _ in
            let begin = Date()
            let answer = try explorer.http.ask("GET", "/api/start")
            #expect(answer.status == 200)
            return Date().timeIntervalSince(begin)
        }.sorted()[4]
    }

    @Test func longAddressesAndHeadersAreRefusedAtOnce() throws {
        let explorer = try ServedExplorer()
        let long = String(repeating: "a", count: 1_000_000), host = "Host: 127.0.0.1"
        for (head, status) in [
            ("GET /\(long) HTTP/1.1\r\n\(host)\r\n\r\n", 414), ("GET /?q=\(long) HTTP/1.1\r\n\(host)\r\n\r\n", 414),
            ("GET / HTTP/1.1\r\n\(host)\r\nCookie: \(long)\r\n\r\n", 431),
            ("GET / HTTP/1.1\r\n\(host)\r\nCookie: \(long.prefix(66_000))\r\n\r\n", 431),
            ("GET / HTTP/1.1\r\n\(host)\r\n\(String(repeating: "A: b\r\n", count: 5000))\r\n", 431), ("GET /\(long)", 414),
        ] {
            let begin = Date()
            let answer = try explorer.http.exchange(Data(head.utf8))
            #expect(answer.status == status && answer.rest.isEmpty, "\(head.prefix(30)): \(answer.status)")
            #expect(Date().timeIntervalSince(begin) < 5, "\(head.prefix(30))")
        }
        // Below the limits, time is linear: it grows with the length, not with its square, which would be 50 times as much.
        func seconds(_ address: Int, _ cookie: Int) throws -> Double {
            let begin = Date()
            for _ in 0..<20 {
                let answer = try explorer.http.ask("GET", "/\(long.prefix(address))", headers: ["Cookie": String(long.prefix(cookie))])
                #expect(answer.status == 404)
            }
            return Date().timeIntervalSince(begin)
        }
        let short = try seconds(2000, 6000)
        #expect(try seconds(14_000, 42_000) < 25 * max(short, 0.05))
    }

    @Test func aPageIsAnsweredWhileOthersAttack() throws {
        let explorer = try ServedExplorer()
        // Other work on the machine slows everything down.
        let limit = 0.3 + 2 * (try usual(explorer))
        let sockets = Sockets(port: explorer.http.port)
        let piece = Data(("GET /" + String(repeating: "a", count: 1_000_000)).utf8)
        for _ in 0..<40 { sockets.open(piece) }
        #expect(try usual(explorer) < limit)
        let upload = Data("POST /api/sessions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 60000\r\n\r\nabc".utf8)
        for _ in 0..<60 { sockets.open(upload) }
        #expect(try usual(explorer) < limit)
        for _ in 0..<400 { sockets.open() }
        #expect(try usual(explorer) < limit)
        for _ in 0..<400 { sockets.open(Data("GET / HT".utf8)) }
        #expect(try usual(explorer) < limit)
    }

    /// Idle connections give way to new ones, also where descriptors are few.
    @Test func idleConnectionsEndNothing() throws {
        let explorer = try ServedExplorer(launcher: ["/bin/sh", "-c", "ulimit -n 64; exec \"$0\" \"$@\""])
        let session = try explorer.begin(portrait: nil)
        let sockets = Sockets(port: explorer.http.port)
        let limit = 0.3 + 2 * (try usual(explorer))
        for _ in 0..<100 { sockets.open() }
        #expect(try usual(explorer) < limit)
        #expect(try explorer.http.ask("POST", "/api/sessions/\(session)/alive").status == 200)
        #expect(explorer.isRunning)
    }

    @Test func answersOnAConnectionThatIsKeptComeAtOnce() throws {
        let explorer = try ServedExplorer()
        let descriptor = Sockets(port: explorer.http.port)
        let socket = descriptor.open(Data("GET /api/start HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".utf8))
        var bytes = [UInt8](repeating: 0, count: 1 << 16), slowest = 0.0
        for _ in 0..<25 {
            #expect(recv(socket, &bytes, bytes.count, 0) > 100)
            let begin = Date(), request = Data("GET /api/start HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".utf8)
            _ = request.withUnsafeBytes { send(socket, $0.baseAddress, $0.count, 0) }
            var place = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
            #expect(poll(&place, 1, 5000) == 1)
            slowest = max(slowest, Date().timeIntervalSince(begin))
        }
        // Nagle's algorithm with a delayed acknowledgement takes 40 ms every time; a busy machine may take as long once.
        #expect(slowest < 0.5)
        let begin = Date()
        for _ in 0..<50 {
            let request = Data("GET /api/start HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".utf8)
            #expect(recv(socket, &bytes, bytes.count, 0) > 100)
            _ = request.withUnsafeBytes { send(socket, $0.baseAddress, $0.count, 0) }
        }
        #expect(Date().timeIntervalSince(begin) < 50 * 0.035)
    }

    /// Two requests sent at once are answered one after the other; what is no request ends the connection.
    @Test func requestsThatAreNoneAreRefused() throws {
        let explorer = try ServedExplorer()
        let two = try explorer.http.exchange(
            Data(
                ("GET /api/start HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
                    + "GET /api/start HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n").utf8))
        #expect(two.status == 200 && String(decoding: two.rest, as: UTF8.self).hasPrefix("HTTP/1.1 200"))
        for head in [
            "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
            "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -1\r\n\r\n", "GET / HTTP/1.1\r\n Host: 127.0.0.1\r\n\r\n",
            "GET  / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", "nonsense\r\n\r\n", "GET http://evil/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\nabc",
        ] {
            let answer = try explorer.http.exchange(Data(head.utf8))
            #expect(answer.status == 400 && answer.rest.isEmpty, "\(head): \(answer.status)")
        }
        #expect(try explorer.http.exchange(Data("BREW / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".utf8)).status == 501)
    }
}
