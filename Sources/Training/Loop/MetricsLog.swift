import Files
import Foundation

/// A file that grows by a line of JSON at a time.
final class MetricsLog {
    private let path: String
    private let descriptor: Int32
    private let encoder = JSONEncoder()

    /// - Throws: `FileError` (output).
    init(_ path: String) throws {
        self.path = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw FileError.cannotWrite(path) }
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    }

    deinit { close(descriptor) }

    /// - Throws: `FileError` (output) when the line cannot be written whole.
    func append(_ value: some Encodable) throws {
        let line = try encoder.encode(value) + Data("\n".utf8)
        let written = line.withUnsafeBytes { write(descriptor, $0.baseAddress!, $0.count) }
        guard written == line.count else { throw FileError.cannotWrite(path) }
    }
}
