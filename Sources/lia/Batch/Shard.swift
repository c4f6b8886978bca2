import ArgumentParser

/// A share of the jobs: every N-th, from the I-th on.
struct Shard: Equatable, ExpressibleByArgument, CustomStringConvertible {
    let index, count: Int

    /// Reads "I/N" with 1 ≤ I ≤ N.
    init?(argument: String) {
        let parts = argument.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, let index = parts[0], let count = parts[1], index >= 1, index <= count else { return nil }
        (self.index, self.count) = (index, count)
    }

    /// Whether a job, counted from 0, is of this share.
    func takes(_ job: Int) -> Bool { job % count == index - 1 }

    var description: String { "\(index)-of-\(count)" }
}
