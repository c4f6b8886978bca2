import Foundation
import Tensors

/// Pieces of work of which several are done at a time, and whose results are taken in their order.
enum OrderedWork {
    /// - Parameters:
    ///   - jobs: how many are under way at a time, on one thread each; a single one has all threads to itself.
    ///   - take: is handed one result after another, as soon as those before it are there.
    /// - Throws: what the first piece to fail threw; none is begun after that.
    static func run<Result>(
        _ count: Int, jobs: Int, _ work: @escaping (Int) throws -> Result, take: @escaping (Result) -> Void
    ) throws {
        guard jobs > 1, count > 1 else {
            for index in 0..<count { take(try work(index)) }
            return
        }
        let lock = NSLock()
        var waiting: [Int: Result] = [:], next = 0, failure: Error?
        _ = Parallel.workers(count, threads: jobs) { index in
            if lock.withLock({ failure != nil }) { return }
            do {
                let result = try work(index)
                lock.withLock {
                    waiting[index] = result
                    while let ready = waiting.removeValue(forKey: next) {
                        take(ready)
                        next += 1
                    }
                }
            } catch {
                lock.withLock { failure = failure ?? error }
            }
        }
        if let failure { throw failure }
    }
}
