import Foundation

/// Standard input as something to read, under a path that can be opened again and again: what comes through a pipe is first brought into a
/// file without a name, which is gone with the program.
package enum PipedInput {
    /// The path that standard input has been given; nil before.
    nonisolated(unsafe) package private(set) static var path: String?

    /// - Throws: `FileError` (input) when it is a terminal, cannot be read, or does not fit in the temporary folder.
    package static func open() throws -> String {
        if let path { return path }
        let name = "standard input"
        guard isatty(STDIN_FILENO) == 0 else {
            throw FileError(.input, name, "is a terminal; pipe a file into the command, or name a file")
        }
        var status = stat()
        guard fstat(STDIN_FILENO, &status) == 0 else { throw FileError.cannotRead(name) }
        if status.st_mode & S_IFMT == S_IFREG {
            path = "/dev/fd/\(STDIN_FILENO)"
            return path!
        }
        let descriptor = try openNameless(name)
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let got = Foundation.read(STDIN_FILENO, &piece, piece.count)
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else { throw FileError.cannotRead(name) }
            if got == 0 { break }
            do { try StagedOutput.append(Array(piece[..<got]), to: descriptor, for: name) } catch let error as FileError {
                throw FileError(.input, name, "does not fit in \(NSTemporaryDirectory()), where it is brought first (\(error.problem))")
            }
        }
        path = "/dev/fd/\(descriptor)"
        return path!
    }

    private static func openNameless(_ name: String) throws -> Int32 {
        var template = Array((NSTemporaryDirectory() as NSString).appendingPathComponent(".lia-input-XXXXXX").utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else {
            throw FileError(.input, name, "cannot be brought into \(NSTemporaryDirectory()) (\(String(cString: strerror(errno))))")
        }
        unlink(template)
        return descriptor
    }
}
