import Foundation

/// A file without a name for what waits on disk: it is gone with the program, however that ends.
package final class NamelessFile {
    private let descriptor: Int32
    private let path: String

    /// - Parameters:
    ///   - neighbour: a file on the same disk.
    ///   - path: what errors call it.
    /// - Throws: `FileError` (output).
    package init(beside neighbour: String, path: String) throws {
        self.path = path
        #if os(Linux)
            // O_TMPFILE, which Swift does not import.
            let folder = StagedOutput.parent(of: neighbour)
            let nameless = open(folder.isEmpty ? "." : folder, 0o20_000_000 | O_DIRECTORY | O_RDWR | O_CLOEXEC, 0o600)
            if nameless >= 0 {
                descriptor = nameless
                return
            }
        #endif
        // Where the disk knows no such files, one that loses its name at once.
        let file = neighbour + ".frames"
        descriptor = open(file, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileError.cannotWrite(path) }
        unlink(file)
    }

    deinit { close(descriptor) }

    /// - Throws: `FileError` (output).
    package func append(_ bytes: [UInt8]) throws { try StagedOutput.append(bytes, to: descriptor, for: path) }

    /// - Parameters:
    ///   - offset: of the first byte.
    ///   - count: how many bytes, all of which were written before.
    /// - Throws: `FileError` (output).
    package func read(from offset: Int, count: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var got = 0
        while got < count {
            let read = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress! + got, count - got, off_t(offset + got)) }
            if read < 0, errno == EINTR { continue }
            guard read > 0 else { throw FileError.cannotWrite(path) }
            got += read
        }
        return bytes
    }
}
