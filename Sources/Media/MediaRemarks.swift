import Foundation

/// What was wrong with pictures that were read all the same, where whoever read them does not ask for it.
public enum MediaRemarks {
    private static let lock = NSLock()
    nonisolated(unsafe) private static var handler: ((_ path: String, _ remark: String) -> Void)?
    nonisolated(unsafe) private static var told: Set<String> = []

    /// - Parameter body: is told each remark once, with the path that it is about.
    public static func listen(_ body: @escaping @Sendable (_ path: String, _ remark: String) -> Void) { lock.withLock { handler = body } }

    static func note(_ path: String, _ remark: String) {
        lock.withLock {
            guard let handler, told.count < 1000, told.insert(path + "\n" + remark).inserted else { return }
            handler(path, remark)
        }
    }
}
