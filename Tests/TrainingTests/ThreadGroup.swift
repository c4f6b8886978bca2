import Foundation
import Training

/// Processes that are threads of this one: what MPI's processes do, without MPI.
final class ThreadGroup {
    /// One of the threads as a trainer sees it.
    final class Member: ProcessGroup {
        let rank: Int
        let size: Int
        private let group: ThreadGroup

        init(_ group: ThreadGroup, rank: Int) { (self.group, self.rank, size) = (group, rank, group.size) }

        func sum(_ values: UnsafeMutablePointer<Float>, count: Int) { group.sum(values, count: count) }
        func finish() {}
    }

    let size: Int
    private let condition = NSCondition()
    private var sums: [Float] = []
    private var arrived = 0, left = 0

    init(size: Int) { self.size = size }

    /// What `body` gives for every member, each on a thread of its own.
    static func run<Result>(size: Int, _ body: @escaping (Member) throws -> Result) throws -> [Result] {
        let group = ThreadGroup(size: size), done = DispatchGroup(), lock = NSLock()
        nonisolated(unsafe) var results: [Int: Swift.Result<Result, Error>] = [:]
        nonisolated(unsafe) let body = body
        for rank in 0..<size {
            done.enter()
            let member = Member(group, rank: rank)
            let thread = Thread {
                let result = Swift.Result { try body(member) }
                lock.withLock { results[rank] = result }
                done.leave()
            }
            thread.stackSize = 8 << 20
            thread.start()
        }
        done.wait()
        return try (0..<size).map { try results[$0]!.get() }
    }

    /// Adds up what all members bring; none leaves before all have arrived, and none comes again before all have left.
    private func sum(_ values: UnsafeMutablePointer<Float>, count: Int) {
        condition.lock()
        defer { condition.unlock() }
        while left > 0 { condition.wait() }
        if arrived == 0 { sums = [Float](repeating: 0, count: count) }
        precondition(sums.count == count, "the members' calls differ")
        for index in 0..<count { sums[index] += values[index] }
        arrived += 1
        if arrived == size {
            (arrived, left) = (0, size)
            condition.broadcast()
        } else {
            while left == 0 { condition.wait() }
        }
        for index in 0..<count { values[index] = sums[index] }
        left -= 1
        if left == 0 { condition.broadcast() }
    }
}
