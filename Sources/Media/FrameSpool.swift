import Files
import Foundation

/// Frames that wait on disk, losslessly compressed, in a file without a name: it is gone with the program.
final class FrameSpool {
    private let descriptor: Int32
    private let path: String
    private let encoder: PictureEncoder
    private var entries: [(time: Int64, size: Int)] = []

    /// - Parameters:
    ///   - temporaryPath: a file of ours; the spool lies on the same disk.
    ///   - path: what errors call it.
    /// - Throws: `FileError` (output).
    init(beside temporaryPath: String, path: String, width: Int, height: Int) throws {
        descriptor = try Self.openNameless(beside: temporaryPath, path: path)
        self.path = path
        do { encoder = try PictureEncoder(.png, width: width, height: height, path: path) } catch {
            close(descriptor)
            throw error
        }
    }

    deinit { close(descriptor) }

    /// Opens a file that never has a name, or, where the disk knows no such files, one that loses it at once.
    private static func openNameless(beside temporaryPath: String, path: String) throws -> Int32 {
        #if os(Linux)
            // O_TMPFILE, which Swift does not import.
            let folder = StagedOutput.parent(of: temporaryPath)
            let nameless = open(folder.isEmpty ? "." : folder, 0o20_000_000 | O_DIRECTORY | O_RDWR | O_CLOEXEC, 0o600)
            if nameless >= 0 { return nameless }
        #endif
        let file = temporaryPath + ".frames"
        let descriptor = open(file, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileError.cannotWrite(path) }
        unlink(file)
        return descriptor
    }

    func add(_ picture: Picture, time: Int64) throws {
        let bytes = try encoder.encode(picture)
        try OutputBytes.append(bytes, to: descriptor, for: path)
        entries.append((time, bytes.count))
    }

    /// Calls `body` with each frame, in order.
    func readBack(_ body: (Picture, Int64) throws -> Void) throws {
        var offset = 0
        for entry in entries {
            var bytes = [UInt8](repeating: 0, count: entry.size)
            var got = 0
            while got < entry.size {
                let read = bytes.withUnsafeMutableBytes {
                    pread(descriptor, $0.baseAddress! + got, entry.size - got, off_t(offset + got))
                }
                if read < 0, errno == EINTR { continue }
                guard read > 0 else { throw FileError.cannotWrite(path) }
                got += read
            }
            offset += entry.size
            try body(try Picture.decode(bytes, name: path), entry.time)
        }
    }
}
