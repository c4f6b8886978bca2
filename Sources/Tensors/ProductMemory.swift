import COpenBLAS
import Foundation

/// Memory that OpenBLAS takes for itself, a piece for each thread that multiplies. Where the system refuses it, OpenBLAS tries again without
/// end; under a limit it is therefore tried before.
enum ProductMemory {
    /// What OpenBLAS takes for a thread on x86-64: 128 MB, cut out of twice as much; and room for threads that are begun afterwards.
    private static let piece = 384 << 20
    private static let lock = NSLock()
    nonisolated(unsafe) private static var active = 0
    /// How many threads have multiplied at the same time.
    nonisolated(unsafe) private static var granted = 0

    /// Whether the process's memory is limited (`ulimit -v`).
    private static let isLimited: Bool = {
        _ = Parallel.threads  // its first use sets OpenBLAS to one thread
        var limit = rlimit()
        return getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0 && limit.rlim_cur < 1 << 46
    }()

    /// Does work that calls OpenBLAS.
    static func during<Result>(_ work: () -> Result) -> Result {
        guard isLimited else { return work() }
        lock.withLock {
            active += 1
            guard active > granted else { return }
            guard MemoryShortage.hasRoom(bytes: piece) else { MemoryShortage.end(bytes: piece) }
            granted = active
        }
        defer { lock.withLock { active -= 1 } }
        return work()
    }
}
