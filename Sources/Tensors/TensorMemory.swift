import Foundation

/// Memory for tensors, kept for the next tensor of about the same size: a network asks for the same sizes at every frame, and
/// pages fresh from the system cost more than many an operator.
enum TensorMemory {
    /// At most this much is kept unused; a step of training takes gigabytes, over and over.
    private static let largestReserve = Int(ProcessInfo.processInfo.physicalMemory / 4)
    /// Pieces from this size on ask for large pages, whose first use costs a fraction.
    private static let large = 4 << 20
    /// Smaller pieces are left to malloc.
    private static let smallestKept = 64 << 10

    private static let lock = NSLock()
    nonisolated(unsafe) private static var reserve: [Int: [UnsafeMutablePointer<Float>]] = [:]
    nonisolated(unsafe) private static var reserved = 0

    /// Room for `count` values at a 64-byte boundary.
    static func take(_ count: Int) -> UnsafeMutablePointer<Float> {
        let bytes = size(count)
        if bytes >= smallestKept {
            lock.lock()
            defer { lock.unlock() }
            if let start = reserve[bytes]?.popLast() {
                reserved -= bytes
                return start
            }
        }
        var memory: UnsafeMutableRawPointer?
        let boundary = bytes >= large ? 2 << 20 : 64
        guard posix_memalign(&memory, boundary, bytes) == 0, let memory else { fatalError("out of memory: \(bytes) bytes") }
        #if os(Linux)
        if bytes >= large { madvise(memory, bytes, MADV_HUGEPAGE) }
        #endif
        return memory.bindMemory(to: Float.self, capacity: bytes / MemoryLayout<Float>.stride)
    }

    static func give(_ start: UnsafeMutablePointer<Float>, _ count: Int) {
        let bytes = size(count)
        if bytes >= smallestKept {
            lock.lock()
            defer { lock.unlock() }
            if reserved + bytes <= largestReserve {
                reserve[bytes, default: []].append(start)
                reserved += bytes
                return
            }
        }
        free(start)
    }

    /// Bytes for `count` values: rounded to an eighth of their power of two, so that tensors of similar sizes serve one another.
    private static func size(_ count: Int) -> Int {
        let bytes = max(count, 16) * MemoryLayout<Float>.stride
        guard bytes >= smallestKept else { return bytes }
        let step = 1 << (Int.bitWidth - 4 - bytes.leadingZeroBitCount)
        return (bytes + step - 1) / step * step
    }
}
