import Foundation

/// Runs pieces of work, one after another in the order in which they came, on a thread of its own.
package final class WriteBehind: @unchecked Sendable {
    private let condition = NSCondition()
    private var waiting: [() throws -> Void] = []
    private var failure: Error?
    private var isClosed = false, isRunning = true
    private var spent = 0.0
    private let capacity: Int

    /// - Parameter capacity: pieces that wait at most.
    package init(capacity: Int) {
        self.capacity = capacity
        Thread.detachNewThread { [self] in
            while true {
                condition.lock()
                while waiting.isEmpty && !isClosed { condition.wait() }
                guard let work = waiting.first else {
                    isRunning = false
                    condition.broadcast()
                    condition.unlock()
                    return
                }
                condition.unlock()
                let start = DispatchTime.now().uptimeNanoseconds
                let result = Result { try work() }
                let took = Double(DispatchTime.now().uptimeNanoseconds - start) * 1e-9
                condition.lock()
                spent += took
                // After a failure nothing that came later is done.
                if case .failure(let error) = result {
                    failure = error
                    waiting = []
                } else if !waiting.isEmpty {
                    waiting.removeFirst()
                }
                condition.broadcast()
                condition.unlock()
            }
        }
    }

    /// Hands over a piece of work, waiting while too many wait already.
    ///
    /// - Throws: what an earlier piece threw; nothing more is done then.
    package func add(_ work: @escaping () throws -> Void) throws {
        condition.lock()
        defer { condition.unlock() }
        while waiting.count >= capacity && failure == nil { condition.wait() }
        if let failure { throw failure }
        waiting.append(work)
        condition.broadcast()
    }

    /// Waits for all that was handed over.
    ///
    /// - Throws: what a piece threw.
    package func finish() throws {
        close()
        if let failure { throw failure }
    }

    /// Ends the thread without doing what still waits.
    package func abandon() {
        condition.lock()
        // The piece at the front may be under way.
        if waiting.count > 1 { waiting.removeLast(waiting.count - 1) }
        condition.unlock()
        close()
    }

    private func close() {
        condition.lock()
        isClosed = true
        condition.broadcast()
        while isRunning { condition.wait() }
        condition.unlock()
    }

    /// Seconds that the work took.
    var seconds: Double {
        condition.lock()
        defer { condition.unlock() }
        return spent
    }
}
