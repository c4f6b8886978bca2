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
        try StagedOutput.append(bytes, to: descriptor, for: path)
    }
}
