import Files
import Foundation

/// Accepts connections and serves each on a thread of its own, as many as there may be; where there are more, the one that was silent
/// longest gives way.
final class ConnectionServer: @unchecked Sendable {
    /// Seconds that a connection may be silent, however many others come.
    private static let grace = 0.1

    private let listener: ListeningSocket
    private let handler: Connection.Handler
    private let limit: Int
    private let condition = NSCondition()
    private var connections: [ObjectIdentifier: Connection] = [:]
    private var isStopped = false

    /// - Parameter listener: stays open until `stop`.
    init(_ listener: ListeningSocket, handler: @escaping Connection.Handler) {
        (self.listener, self.handler) = (listener, handler)
        var files = rlimit()
        let known = getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &files) == 0
        // Files are opened besides: models, uploads, results.
        limit = max(8, min(256, (known ? Int(min(files.rlim_cur, 1 << 20)) : 256) - 40))
    }

    /// Accepts until `stop`, on the thread that calls it.
    ///
    /// - Throws: `FileError` (output) when the listening socket fails for good.
    func run() throws {
        while !condition.withLock({ isStopped }) {
            let descriptor = listener.accept()
            if descriptor >= 0 {
                begin(descriptor)
                continue
            }
            switch errno {
            case EINTR, ECONNABORTED, EAGAIN, EPROTO, ENETDOWN, EHOSTDOWN, ENONET, EHOSTUNREACH, ENETUNREACH, EOPNOTSUPP, ENOPROTOOPT:
                continue
            case EMFILE, ENFILE, ENOBUFS, ENOMEM:
                // Passing: someone who is silent gives way, or something ends by itself.
                if !makeRoom() { usleep(20_000) }
            default:
                if condition.withLock({ isStopped }) { return }
                throw FileError(.output, "the explorer", "cannot be reached any more (\(String(cString: strerror(errno))))")
            }
        }
    }

    /// Ends all connections and stops listening.
    func stop() {
        condition.withLock {
            isStopped = true
            for connection in connections.values { connection.shutDown() }
        }
        listener.shutDown()
    }

    private func begin(_ descriptor: Int32) {
        var tries = 0
        while condition.withLock({ connections.count >= limit }), tries < 50 {
            tries += 1
            guard makeRoom() else {
                usleep(10_000)
                continue
            }
        }
        let connection = Connection(descriptor, handler: handler)
        let isWelcome = condition.withLock { () -> Bool in
            guard !isStopped, connections.count < limit + max(8, limit / 4) else { return false }
            connections[ObjectIdentifier(connection)] = connection
            return true
        }
        guard isWelcome else {
            close(descriptor)
            return
        }
        let thread = Thread { [self] in
            connection.run()
            condition.withLock {
                connections[ObjectIdentifier(connection)] = nil
                condition.broadcast()
            }
        }
        thread.stackSize = 512 << 10
        thread.start()
    }

    /// Ends the connections that were silent longest, some at once because each takes a moment to close, and waits until one is closed.
    ///
    /// - Returns: whether one was closed.
    private func makeRoom() -> Bool {
        condition.withLock {
            // One that has just begun has not had the time to speak.
            let youngest = DispatchTime.now() - Self.grace
            let silent = connections.values.compactMap { connection in connection.silentSince.map { (connection, $0) } }
                .filter { $0.1 < youngest }
            guard !silent.isEmpty else { return false }
            let count = connections.count
            for (connection, _) in silent.sorted(by: { $0.1 < $1.1 }).prefix(max(1, limit / 16)) { connection.shutDown() }
            return condition.wait(until: Date(timeIntervalSinceNow: 0.2)) && connections.count < count
        }
    }
}
