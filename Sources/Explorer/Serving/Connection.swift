import Foundation

/// A connection with a browser, on a thread of its own: requests are read within limits, answered one after the other, and the connection
/// is closed when it is silent for too long or when something comes that is no request.
final class Connection: @unchecked Sendable {
    typealias Handler = @Sendable (Request) async -> Response

    /// Seconds between requests, seconds in which a head must have come, and seconds without a byte of a body or of progress in sending.
    static let idleSeconds = 120.0, headSeconds = 15.0, stallSeconds = 20.0

    /// Milliseconds between an answer and a request that came before it.
    private static let pause: Int32 = 50

    private let descriptor: Int32
    private let handler: Handler
    private let lock = NSLock()
    /// Since when it has waited for the other side; nil while an answer is being made.
    private var waitingSince: DispatchTime? = .now()
    /// What has come of the next request.
    private var gathered: [UInt8] = []

    init(_ descriptor: Int32, handler: @escaping Handler) {
        (self.descriptor, self.handler) = (descriptor, handler)
        var one: Int32 = 1
        // Answers are sent in one piece, and must not wait for the acknowledgement of the one before.
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
    }

    /// Stands for the longest silence: for one that gives way before all others.
    private static let longAgo = DispatchTime(uptimeNanoseconds: 1)

    /// Since when the other side has been silent; nil while it waits for an answer, or for what it said to be read, which takes a while on
    /// a busy machine.
    var silentSince: DispatchTime? {
        lock.withLock {
            var byte: UInt8 = 0
            guard let since = waitingSince, since != Self.longAgo else { return waitingSince }
            return recv(descriptor, &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT)) > 0 ? nil : since
        }
    }

    /// Ends it from another thread; its own closes it.
    func shutDown() { shutdown(descriptor, Int32(SHUT_RDWR)) }

    /// Serves until the connection ends, and closes it.
    func run() {
        while serveOne() {
            // No browser sends a request before it has the answer to the one before; who does, leaves time for others, and gives way first.
            guard !gathered.isEmpty else { continue }
            lock.withLock { waitingSince = Self.longAgo }
            // Ends at once where the connection is shut down.
            var place = pollfd(fd: descriptor, events: 0, revents: 0)
            poll(&place, 1, Self.pause)
        }
        close(descriptor)
    }

    /// - Returns: whether another request may follow.
    private func serveOne() -> Bool {
        let head: RequestHead
        do {
            guard let bytes = try readHead() else { return false }
            head = try RequestHead(bytes)
        } catch let problem as Problem {
            _ = send(Answer.problem(problem).bytes(closes: true))
            drain()
            return false
        } catch { return false }
        let body = RequestBody(count: head.bodyLength)
        let request = Request(method: head.method, path: head.path, query: head.query, headers: head.headers, body: body)
        lock.withLock { waitingSince = nil }
        Task { [handler] in body.end(await handler(request)) }
        var left = head.bodyLength ?? 0, isInvited = !head.expectsContinue
        var response = body.serve { deadline in
            if !isInvited, left > 0 { _ = send(Data("HTTP/1.1 100 Continue\r\n\r\n".utf8)) }
            isInvited = true
            let data = try readBody(upTo: left, deadline)
            left -= data.count
            return data
        }
        response.isHeadOnly = head.method == .head
        // What was not read must never be taken for the next request.
        let closes = !head.keepsAlive || left > 0 || head.bodyLength == nil
        guard send(response.bytes(closes: closes)) else { return false }
        if closes, left > 0 || head.bodyLength == nil { drain() }
        lock.withLock { waitingSince = .now() }
        return !closes
    }

    /// The bytes of a request's head, without the empty line that ends it; nil when the other side ends the connection.
    ///
    /// - Throws: `Problem` when they are too many or come too slowly.
    private func readHead() throws -> ArraySlice<UInt8>? {
        var seen = 0, lineEnded = false
        var deadline = DispatchTime.now() + (gathered.isEmpty ? Self.idleSeconds : Self.headSeconds)
        while true {
            if seen == 0 {
                // Some senders put an empty line between requests.
                while let first = gathered.first, first == 13 || first == 10 { gathered.removeFirst() }
            }
            while seen < gathered.count {
                if gathered[seen] == 10 {
                    lineEnded = true
                    let isEmpty = seen > 0 && (gathered[seen - 1] == 10 || gathered[seen - 1] == 13 && seen > 1 && gathered[seen - 2] == 10)
                    if isEmpty {
                        let head = gathered[..<(gathered[seen - 1] == 13 ? seen - 2 : seen - 1)]
                        gathered = Array(gathered[(seen + 1)...])
                        return head
                    }
                }
                seen += 1
            }
            if let problem = RequestHead.problem(gathered.count, lineEnded: lineEnded) { throw problem }
            do {
                guard let piece = try receive(upTo: 16 << 10, deadline) else { return nil }
                if gathered.isEmpty { deadline = .now() + Self.headSeconds }
                gathered += piece
            } catch {
                // One that has said nothing at all is closed without a word.
                guard !gathered.isEmpty else { return nil }
                throw error
            }
        }
    }

    /// - Returns: empty at the end of the body.
    /// - Throws: `Problem` when nothing comes.
    private func readBody(upTo left: Int, _ deadline: DispatchTime?) throws -> Data {
        guard left > 0 else { return Data() }
        if !gathered.isEmpty {
            let count = min(left, gathered.count)
            defer { gathered.removeFirst(count) }
            return Data(gathered[..<count])
        }
        lock.withLock { waitingSince = waitingSince ?? .now() }
        defer { lock.withLock { waitingSince = nil } }
        let soon = DispatchTime.now() + Self.stallSeconds
        guard let piece = try receive(upTo: min(left, 1 << 18), min(soon, deadline ?? soon)) else {
            throw Problem(.badRequest, "the upload ended before its end")
        }
        return Data(piece)
    }

    /// The next bytes; nil at the end of the connection.
    ///
    /// - Throws: `Problem` (408) when none come in time.
    private func receive(upTo count: Int, _ deadline: DispatchTime) throws -> [UInt8]? {
        while true {
            var piece = [UInt8](repeating: 0, count: count)
            let got = recv(descriptor, &piece, count, 0)
            if got > 0 { return Array(piece[..<got]) }
            if got == 0 { return nil }
            guard errno == EAGAIN || errno == EINTR else { return nil }
            guard wait(for: Int16(POLLIN), until: deadline) else {
                throw Problem(.requestTimeout, "the request took too long; try again")
            }
        }
    }

    /// Sends all bytes; false when the other side does not take them.
    private func send(_ bytes: Data) -> Bool {
        bytes.withUnsafeBytes { buffer in
            var done = 0
            while done < buffer.count {
                let sent = Foundation.send(descriptor, buffer.baseAddress! + done, buffer.count - done, Int32(MSG_NOSIGNAL))
                if sent > 0 {
                    done += sent
                    continue
                }
                guard sent < 0, errno == EAGAIN || errno == EINTR else { return false }
                lock.withLock { waitingSince = waitingSince ?? .now() }
                guard wait(for: Int16(POLLOUT), until: .now() + Self.stallSeconds) else { return false }
            }
            return true
        }
    }

    /// Waits until the connection is ready; false when it is not in time.
    private func wait(for event: Int16, until deadline: DispatchTime) -> Bool {
        while true {
            let now = DispatchTime.now()
            guard now < deadline else { return false }
            var place = pollfd(fd: descriptor, events: event, revents: 0)
            let milliseconds = (deadline.uptimeNanoseconds - now.uptimeNanoseconds) / 1_000_000 + 1
            let outcome = poll(&place, 1, Int32(min(milliseconds, 60_000)))
            if outcome > 0 { return true }
            if outcome < 0, errno != EINTR { return false }
        }
    }

    /// Takes what is still on the way, for a second and some megabytes at most: a connection that is closed with bytes unread takes back
    /// the answer that the other side has not read.
    private func drain() {
        shutdown(descriptor, Int32(SHUT_WR))
        lock.withLock { waitingSince = waitingSince ?? .now() }
        gathered = []
        let deadline = DispatchTime.now() + 1
        var taken = 0
        while taken < 64 << 20, let piece = try? receive(upTo: 1 << 16, deadline) { taken += piece.count }
    }
}
