import Foundation

/// Runs a source of values on a thread of its own, a few values ahead of who takes them.
package final class ReadAhead<Value>: @unchecked Sendable {
    private let condition = NSCondition()
    private var ready: [Value] = []
    private var end: Result<Void, Error>?
    private var isAbandoned = false, isRunning = true
    private var spent = 0.0

    /// - Parameters:
    ///   - capacity: values that wait at most.
    ///   - produce: gives the next value, nil at the end; nobody else may use what it uses.
    package init(capacity: Int, _ produce: @escaping () throws -> Value?) {
        Thread.detachNewThread { [self] in
            while true {
                let start = DispatchTime.now().uptimeNanoseconds
                let next = Result { try produce() }
                let took = Double(DispatchTime.now().uptimeNanoseconds - start) * 1e-9
                condition.lock()
                spent += took
                switch next {
                case .success(let value?): ready.append(value)
                case .success(nil): end = .success(())
                case .failure(let error): end = .failure(error)
                }
                condition.broadcast()
                while ready.count >= capacity && !isAbandoned { condition.wait() }
                let stops = isAbandoned || end != nil
                if stops { isRunning = false }
                condition.broadcast()
                condition.unlock()
                if stops { return }
            }
        }
    }

    /// The next value, waited for; nil at the end.
    ///
    /// - Throws: what the source threw, after the values before it.
    package func next() throws -> Value? {
        condition.lock()
        defer { condition.unlock() }
        while ready.isEmpty && end == nil { condition.wait() }
        if ready.isEmpty {
            try end!.get()
            return nil
        }
        defer { condition.broadcast() }
        return ready.removeFirst()
    }

    /// Ends the thread, and waits until it no longer uses its source.
    package func stop() {
        condition.lock()
        isAbandoned = true
        condition.broadcast()
        while isRunning { condition.wait() }
        condition.unlock()
    }

    /// Seconds that the source took.
    var seconds: Double {
        condition.lock()
        defer { condition.unlock() }
        return spent
    }
}
