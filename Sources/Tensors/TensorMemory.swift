import Foundation

/// Memory for tensors. Freed pieces are reserved for the next tensor of about their size: a network needs the same sizes at every frame,
/// and fresh pages from the system cost more than some operators.
enum TensorMemory {
    /// The most bytes that are reserved unused; every step of training needs gigabytes.
    private static let largestReserve = Int(ProcessInfo.processInfo.physicalMemory / 4)
    /// The size from which pieces request large pages, whose first use costs a fraction.
    private static let large = 4 << 20
    /// The size below which pieces are not reserved.
    private static let smallestReserved = 64 << 10

    private static let lock = NSLock()
    nonisolated(unsafe) private static var reserve: [Int: [UnsafeMutablePointer<Float>]] = [:]
    nonisolated(unsafe) private static var reserved = 0

    /// Returns memory for `count` values at a 64-byte boundary.
    static func take(_ count: Int) -> UnsafeMutablePointer<Float> {
        let bytes = size(count)
        if bytes >= smallestReserved {
            lock.lock()
            defer { lock.unlock() }
            if let start = reserve[bytes]?.popLast() {
                reserved -= bytes
                return start
            }
        }
        var memory: UnsafeMutableRawPointer?
        let boundary = bytes >= large ? 2 << 20 : 64
        guard posix_memalign(&memory, boundary, bytes) == 0, let memory else { MemoryShortage.end(bytes: bytes) }
        #if os(Linux)
            if bytes >= large { madvise(memory, bytes, MADV_HUGEPAGE) }
        #endif
        return memory.bindMemory(to: Float.self, capacity: bytes / MemoryLayout<Float>.stride)
    }

    /// Takes memory back that `take` returned for `count` values.
    static func give(_ start: UnsafeMutablePointer<Float>, _ count: Int) {
        let bytes = size(count)
        if bytes >= smallestReserved {
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

    /// Bytes for `count` values, rounded up to an eighth of their power of two, so that tensors of similar sizes share pieces.
    private static func size(_ count: Int) -> Int {
        let bytes = max(count, 16) * MemoryLayout<Float>.stride
        guard bytes >= smallestReserved else { return bytes }
        let step = 1 << (Int.bitWidth - 4 - bytes.leadingZeroBitCount)
        return (bytes + step - 1) / step * step
    }
}
