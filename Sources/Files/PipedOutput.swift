import Foundation

/// Standard output as the place of a result: "-" and the extension that says the format, such as "-.mp4".
package enum PipedOutput {
    /// Whether the path means standard output; a file of such a name is "./-.mp4".
    package static func isMeant(by path: String) -> Bool {
        path.hasPrefix("-.") && path.count > 2 && path.dropFirst(2).allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
    }

    /// Writes a whole file to standard output.
    ///
    /// - Parameter path: what errors call it.
    /// - Throws: `FileError` (output) when nobody reads it, or it cannot be written.
    static func send(_ file: String, for path: String) throws {
        let descriptor = open(file, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError.cannotWrite(path) }
        defer { close(descriptor) }
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let got = Foundation.read(descriptor, &piece, piece.count)
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else { throw FileError.cannotWrite(path) }
            if got == 0 { return }
            try StagedOutput.append(Array(piece[..<got]), to: STDOUT_FILENO, for: path)
        }
    }
}
