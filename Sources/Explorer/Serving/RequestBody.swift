import Foundation

/// What follows a request's head, read from the connection's own thread as it is asked for, so that slow senders keep no other waiting.
final class RequestBody: @unchecked Sendable {
    /// In bytes; nil where the sender does not say.
    let count: Int?
    private let condition = NSCondition()
    private var waiting: CheckedContinuation<Data, Error>?
    private var answer: Response?
    private var deadline: DispatchTime?

    init(count: Int?) { self.count = count }

    /// When it must have come; later it is an error (408).
    func mustCome(within seconds: Double) { condition.withLock { deadline = .now() + seconds } }

    /// The next bytes; empty at the end.
    ///
    /// - Throws: `Problem` when they come too late, or not at all.
    func next() async throws -> Data {
        try await withCheckedThrowingContinuation { continuation in
            condition.withLock {
                waiting = continuation
                condition.signal()
            }
        }
    }

    /// Says that the request is answered, whether or not all of this was read.
    func end(_ response: Response) {
        condition.withLock {
            answer = response
            condition.signal()
        }
    }

    /// Serves whoever answers the request, on the connection's thread, until there is the answer.
    ///
    /// - Parameter read: gives the next bytes, and gets when they must have come.
    func serve(_ read: (DispatchTime?) throws -> Data) -> Response {
        while true {
            condition.lock()
            while waiting == nil, answer == nil { condition.wait() }
            if let answer {
                condition.unlock()
                return answer
            }
            let (continuation, deadline) = (waiting!, deadline)
            waiting = nil
            condition.unlock()
            continuation.resume(with: Result { try read(deadline) })
        }
    }
}
