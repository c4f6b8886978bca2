import Dispatch
import Foundation

/// Brings files to the disk, so that they outlast a failure of power.
enum Flushing {
    /// Flushes a file or folder, but not what the folder holds. File systems that flush nothing are as they are.
    ///
    /// - Returns: whether that went well; `errno` says what did not.
    static func flush(_ path: String) -> Bool {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        let result = fsync(descriptor), problem = errno
        close(descriptor)
        errno = problem
        return result == 0 || [EINVAL, ENOTSUP, EROFS].contains(problem)
    }

    /// Flushes a folder and everything in it.
    ///
    /// - Returns: 0, or the number of the first error.
    static func flushAll(_ folder: String) -> Int32 {
        let names = FileManager.default.enumerator(atPath: folder)?.allObjects as? [String] ?? []
        let lock = NSLock()
        nonisolated(unsafe) var problem: Int32 = 0
        // At the same time, because the disk then writes its journal once for many.
        DispatchQueue.concurrentPerform(iterations: names.count) { index in
            let flushed = flush(folder + "/" + names[index]), number = errno
            if !flushed { lock.withLock { problem = problem == 0 ? number : problem } }
        }
        guard problem == 0 else { return problem }
        return flush(folder) ? 0 : errno
    }
}
