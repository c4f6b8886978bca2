import COpenBLAS
import Dispatch
import Foundation

/// Loops over the processor's cores. OpenBLAS itself runs with one thread inside them.
public enum Parallel {
    /// How many threads a loop may use; at least 1. The default is the number of cores the process may run on.
    nonisolated(unsafe) public static var threads: Int = {
        openblas_set_num_threads(1)
        return max(1, ProcessInfo.processInfo.activeProcessorCount)
    }()

    /// Whether the calling thread is one of `workers`, whose loops are its own.
    @TaskLocal private static var isWorker = false

    /// The threads that a loop begun here may use.
    public static var width: Int { isWorker ? 1 : threads }

    /// Runs `body` for every index at the same time as `forEach` does, but with the loops inside of it on one thread each: for
    /// pieces of work that are large and alike, such as the parts of a batch, which then never wait for one another.
    public static func workers(_ count: Int, _ body: (Int) -> Void) {
        guard count > 1 else { return forEach(count, body) }
        forEach(count) { index in $isWorker.withValue(true) { body(index) } }
    }

    /// Runs `body` for every index in `0..<count`, each once, in any order and at the same time.
    public static func forEach(_ count: Int, _ body: (Int) -> Void) {
        let threads = min(width, count)
        guard threads > 1 else {
            for index in 0..<count { body(index) }
            return
        }
        withoutActuallyEscaping(body) { body in
            nonisolated(unsafe) let body = body
            if threads == self.threads && threads == ProcessInfo.processInfo.activeProcessorCount {
                DispatchQueue.concurrentPerform(iterations: count) { body($0) }
            } else {
                DispatchQueue.concurrentPerform(iterations: threads) { thread in
                    for index in stride(from: thread, to: count, by: threads) { body(index) }
                }
            }
        }
    }

    /// Splits `0..<count` into ranges of at least `grain` elements, a few for each thread, and runs `body` for each.
    public static func ranges(_ count: Int, grain: Int, _ body: (Range<Int>) -> Void) {
        guard count > 0 else { return }
        let parts = max(1, min(width == 1 ? 1 : width * 4, count / max(grain, 1)))
        forEach(parts) { part in
            body(count * part / parts..<count * (part + 1) / parts)
        }
    }
}
