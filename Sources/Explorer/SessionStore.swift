import Foundation

/// The pages that are served.
final class SessionStore: @unchecked Sendable {
    private let limits: ExplorerLimits
    private let renderer: Renderer
    private let lock = NSLock()
    private var sessions: [String: Session] = [:]

    init(limits: ExplorerLimits, renderer: Renderer) { (self.limits, self.renderer) = (limits, renderer) }

    /// 128 random bits.
    static func randomName() -> String {
        var generator = SystemRandomNumberGenerator()
        return (0..<2).map { _ in
            let digits = String(generator.next() as UInt64, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }

    var count: Int { lock.withLock { sessions.count } }

    /// A new page's; where there are too many, the one that was silent longest gives way.
    ///
    /// - Throws: `FileError` (output) when temporary files cannot be written.
    func begin(_ model: LoadedModel) throws -> Session {
        let session = try Session(model: model)
        let displaced = lock.withLock { () -> Session? in
            let oldest = sessions.count >= limits.sessions ? sessions.values.max { $0.silence < $1.silence } : nil
            if let oldest { sessions[oldest.id] = nil }
            sessions[session.id] = session
            return oldest
        }
        if let displaced { close(displaced) }
        return session
    }

    /// - Throws: `Problem` when there is none of that name, or no longer.
    func find(_ id: String) throws -> Session {
        guard let session = lock.withLock({ sessions[id] }) else {
            throw Problem(.gone, "the explorer has put this page's picture away; choose it again")
        }
        session.touch()
        return session
    }

    func end(_ id: String) {
        if let session = lock.withLock({ sessions.removeValue(forKey: id) }) { close(session) }
    }

    /// Ends those whose pages have been silent too long.
    func endSilent() {
        let silent = lock.withLock { () -> [Session] in
            let silent = sessions.values.filter { $0.silence > limits.idleSeconds }
            for session in silent { sessions[session.id] = nil }
            return silent
        }
        for session in silent { close(session) }
    }

    private func close(_ session: Session) {
        session.end()
        renderer.drop(session.id)
    }
}
