import Foundation

/// What happens when the system gives no more memory.
public enum MemoryShortage {
    private static let lock = NSLock()
    nonisolated(unsafe) private static var handler: (@Sendable (_ bytes: Int) -> Never)?

    /// - Parameter body: ends the program; it gets how many bytes were refused.
    public static func whenItComes(_ body: @escaping @Sendable (_ bytes: Int) -> Never) { lock.withLock { handler = body } }

    /// Ends the program.
    static func end(bytes: Int) -> Never {
        if let handler = lock.withLock({ handler }) { handler(bytes) }
        fatalError("out of memory: \(bytes) bytes")
    }
}
