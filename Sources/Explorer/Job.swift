import Foundation

/// Long work for a page, such as a video that is encoded, which it asks about now and then.
final class Job: @unchecked Sendable {
    /// Thrown within work that is no longer wanted.
    struct Cancelled: Error {}

    /// How far it is, as pages are told.
    struct State: Encodable {
        enum Phase: String, Encodable {
            case working, done, failed
        }

        /// What is done: "encoding", "saving".
        let work: String
        var phase = Phase.working
        var done = 0
        /// As far as the container says.
        var total: Int?
        /// What went wrong, or what is to be known of the result.
        var message: String?
    }

    private let lock = NSLock()
    private var current: State
    private var isCancelled = false

    /// - Parameter work: what is done: "encoding", "saving".
    init(_ work: String) { current = State(work: work) }

    var state: State { lock.withLock { current } }

    /// - Throws: `Cancelled` when the work is no longer needed.
    func progress(_ done: Int, of total: Int?) throws {
        try lock.withLock {
            if isCancelled { throw Cancelled() }
            (current.done, current.total) = (done, total)
        }
    }

    func cancel() { lock.withLock { isCancelled = true } }

    func end(_ phase: State.Phase, _ message: String? = nil) {
        lock.withLock { (current.phase, current.message) = (phase, message) }
    }
}
