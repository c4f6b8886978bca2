import Foundation

/// What happens when the system gives no more memory.
public enum MemoryShortage {
    private static let lock = NSLock()
    nonisolated(unsafe) private static var handler: (@Sendable (_ bytes: Int) -> Never)?

    /// - Parameter body: ends the program; it gets how many bytes were refused.
    public static func whenItComes(_ body: @escaping @Sendable (_ bytes: Int) -> Never) { lock.withLock { handler = body } }

    /// Whether the system would give so much memory now. Where threads cannot get theirs, the system's libraries wait for it without end.
    public static func hasRoom(bytes: Int) -> Bool {
        let place = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard place != MAP_FAILED else { return false }
        munmap(place, bytes)
        return true
    }

    /// Ends the program.
    static func end(bytes: Int) -> Never {
        if let handler = lock.withLock({ handler }) { handler(bytes) }
        fatalError("out of memory: \(bytes) bytes")
    }
}
