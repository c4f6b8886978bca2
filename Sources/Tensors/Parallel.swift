import COpenBLAS
import CThreads
import Foundation

/// Loops over the processor's cores. OpenBLAS itself runs with one thread inside them.
public enum Parallel {
    /// The number of threads a loop may use, at least 1. The default is the number of cores that the process may run on.
    nonisolated(unsafe) public static var threads: Int = {
        openblas_set_num_threads(1)
        return max(1, ProcessInfo.processInfo.activeProcessorCount)
    }()

    /// Whether the calling thread is one of `workers`, whose loops run on one thread.
    @TaskLocal private static var isWorker = false

    /// The number of threads that a loop started here may use.
    public static var width: Int { isWorker ? 1 : threads }

    /// Runs `body` for every index in parallel as `forEach` does, but loops inside of it on one thread each: for large, similar pieces of
    /// work, such as the samples of a batch, which then never wait for one another.
    ///
    /// - Parameter threads: the most at the same time; nil for as many as a loop may use.
    /// - Returns: the results of `body` in the order of the indices.
    public static func workers<Result>(_ count: Int, threads: Int? = nil, _ body: @escaping (Int) -> Result) -> [Result] {
        guard count > 1, threads ?? width > 1 else { return map(count, body) }
        return [Result](unsafeUninitializedCapacity: count) { places, initialized in
            // Each piece is long, and may run loops of its own: these are threads beside those that share loops.
            let groups = min(count, threads ?? width), done = DispatchGroup()
            nonisolated(unsafe) let (body, start) = (body, places.baseAddress!)
            @Sendable func work(_ group: Int) {
                $isWorker.withValue(true) {
                    for index in stride(from: group, to: count, by: groups) { (start + index).initialize(to: body(index)) }
                }
            }
            for group in 1..<groups {
                done.enter()
                let thread = Thread {
                    work(group)
                    done.leave()
                }
                thread.stackSize = 8 << 20
                thread.start()
            }
            work(0)
            done.wait()
            initialized = count
        }
    }

    /// The results of `body` for every index in `0..<count`, in their order, computed in parallel as by `forEach`.
    public static func map<Result>(_ count: Int, _ body: (Int) -> Result) -> [Result] {
        [Result](unsafeUninitializedCapacity: count) { places, initialized in
            nonisolated(unsafe) let places = places
            forEach(count) { (places.baseAddress! + $0).initialize(to: body($0)) }
            initialized = count
        }
    }

    /// Runs `body` once for every index in `0..<count`, in any order and in parallel.
    public static func forEach(_ count: Int, _ body: (Int) -> Void) {
        let threads = min(width, count)
        guard threads > 1 else {
            for index in 0..<count { body(index) }
            return
        }
        withoutActuallyEscaping(body) { body in
            withUnsafePointer(to: body) { body in
                threads_share(
                    count, threads, { $0!.assumingMemoryBound(to: ((Int) -> Void).self).pointee($1) },
                    UnsafeMutableRawPointer(mutating: body))
            }
        }
    }

    /// Divides `0..<count` into ranges of at least `grain` elements, a few for each thread, and runs `body` for each.
    public static func ranges(_ count: Int, grain: Int, _ body: (Range<Int>) -> Void) {
        guard count > 0 else { return }
        let parts = max(1, min(width == 1 ? 1 : width * 4, count / max(grain, 1)))
        forEach(parts) { part in
            body(count * part / parts..<count * (part + 1) / parts)
        }
    }
}
