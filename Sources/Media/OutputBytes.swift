import Files
import Foundation

/// Plain writing to a file of our own under a temporary name, or in a folder under one.
enum OutputBytes {
    /// Writes a whole file.
    ///
    /// - Parameter path: what errors call it.
    /// - Throws: `FileError` (output).
    static func write(_ bytes: [UInt8], to file: String, for path: String) throws {
        let descriptor = StagedOutput.opening { open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666) }
        guard descriptor >= 0 else { throw FileError.cannotWrite(path) }
        defer { close(descriptor) }
        try append(bytes, to: descriptor, for: path)
    }

    /// Writes all bytes where the descriptor stands.
    ///
    /// - Throws: `FileError` (output).
    static func append(_ bytes: [UInt8], to descriptor: Int32, for path: String) throws {
        try bytes.withUnsafeBytes { buffer in
            var offset = 0
            while offset < buffer.count {
                let written = Foundation.write(descriptor, buffer.baseAddress! + offset, buffer.count - offset)
                if written < 0, errno == EINTR { continue }
                guard written > 0 else { throw FileError.cannotWrite(path) }
                offset += written
            }
        }
    }
}
