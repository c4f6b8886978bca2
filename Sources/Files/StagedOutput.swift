import Foundation

/// An output file or folder that appears whole or not at all: it is written under a temporary name beside its place and
/// renamed by `commit()`. Without a commit nothing remains, also when the program is interrupted (see `discardAll`).
public final class StagedOutput: @unchecked Sendable {
    /// Where the output will stand.
    public let path: String
    /// Where to write until then: same folder, same extension.
    public let temporaryPath: String
    private let isFolder: Bool
    private let overwrite: Bool
    private let owns: (String) -> Bool
    private var finished = false

    private static let lock = NSLock()
    nonisolated(unsafe) private static var pending: [ObjectIdentifier: String] = [:]

    /// Prepares an output at `path`; a folder is created (empty) at once, a file is left to the writer.
    ///
    /// What stands before a path's name, with its last "/"; empty for a name alone. Foundation's own way ends the program on names
    /// of one letter.
    package static func parent(of path: String) -> String { path.lastIndex(of: "/").map { String(path[...$0]) } ?? "" }

    /// - Parameters:
    ///   - folder: whether the output is a folder of files.
    ///   - overwrite: whether an existing file or folder may be replaced.
    ///   - owns: which file names in an existing folder are this program's own; a folder that holds anything else is never
    ///     replaced, because its whole content would be lost.
    /// - Throws: `FileError` (output) when the place exists and `overwrite` is false, is of the other kind, or its parent
    ///   folder is absent or not writable.
    public init(
        path: String, folder: Bool = false, overwrite: Bool = false, owns: @escaping (String) -> Bool = { _ in false }
    ) throws {
        var trimmed = path
        while trimmed.count > 1 && trimmed.hasSuffix("/") { trimmed.removeLast() }
        self.path = trimmed
        self.isFolder = folder
        self.overwrite = overwrite
        self.owns = owns
        guard !trimmed.isEmpty else { throw FileError(.output, path, "an empty path; name a file or folder") }
        try Self.check(trimmed, folder: folder, overwrite: overwrite, owns: owns)
        let url = URL(fileURLWithPath: trimmed)
        let name = url.lastPathComponent
        let unique = "\(getpid())-\(String(UInt32.random(in: 0 ... .max), radix: 36))"
        let parent = Self.parent(of: trimmed)
        // A hidden name, and the extension last, because writers choose their format by it; within the 255 bytes of
        // a name.
        let suffix = url.pathExtension.isEmpty || url.pathExtension.utf8.count > 50 || folder ? "" : ".\(url.pathExtension)"
        var beginning = name
        while beginning.utf8.count > 100 { beginning.unicodeScalars.removeLast() }
        let hidden = ".\(beginning).partial-\(unique)\(suffix)"
        temporaryPath = parent + hidden

        // Creating it now tells at once, before hours of work, whether the place can be written.
        Self.lock.lock()
        defer { Self.lock.unlock() }
        if folder {
            guard mkdir(temporaryPath, 0o777) == 0 else { throw FileError.cannotWrite(path) }
        } else {
            let descriptor = open(temporaryPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
            guard descriptor >= 0 else { throw FileError.cannotWrite(path) }
            close(descriptor)
        }
        Self.pending[ObjectIdentifier(self)] = temporaryPath
    }

    private static func check(_ path: String, folder: Bool, overwrite: Bool, owns: (String) -> Bool) throws {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        let existing = status.st_mode & S_IFMT
        if folder != (existing == S_IFDIR) {
            throw FileError(
                .output, path,
                folder ? "a file stands where a folder is to be written; choose another name"
                    : "a folder stands there; name a file in it")
        }
        guard overwrite else {
            throw FileError(.output, path, "exists already; pass --overwrite to replace it")
        }
        if folder {
            let strangers = (try? FileManager.default.contentsOfDirectory(atPath: path))?.filter { !owns($0) } ?? []
            if let stranger = strangers.min() {
                throw FileError(
                    .output, path, "not replaced, because it holds other files (\(stranger)); choose a new folder")
            }
        }
        guard folder || existing == S_IFREG || existing == S_IFLNK else {
            throw FileError(.output, path, "is not a regular file; choose another name")
        }
    }

    /// Puts the finished output in its place.
    ///
    /// - Throws: `FileError` (output) when it cannot be flushed to disk or renamed; nothing remains then.
    public func commit() throws {
        precondition(!finished, "an output is committed once")
        if !isFolder {
            let descriptor = open(temporaryPath, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { throw FileError.cannotWrite(path) }
            let flushed = fsync(descriptor)
            close(descriptor)
            guard flushed == 0 || errno == EINVAL else { throw FileError.cannotWrite(path) }
        }
        // Someone may have put a file there meanwhile.
        try Self.check(path, folder: isFolder, overwrite: overwrite, owns: owns)
        Self.lock.lock()
        defer { Self.lock.unlock() }
        if isFolder, FileManager.default.fileExists(atPath: path) {
            try replaceFolder()
        } else {
            guard rename(temporaryPath, path) == 0 else { throw FileError.cannotWrite(path) }
        }
        finished = true
        Self.pending[ObjectIdentifier(self)] = nil
    }

    /// Renames the old folder away, the new one into its place, and only then removes the old one.
    private func replaceFolder() throws {
        let old = temporaryPath + ".old"
        guard rename(path, old) == 0 else { throw FileError.cannotWrite(path) }
        guard rename(temporaryPath, path) == 0 else {
            let error = FileError.cannotWrite(path)
            rename(old, path)
            throw error
        }
        try? FileManager.default.removeItem(atPath: old)
    }

    deinit {
        guard !finished else { return }
        Self.lock.lock()
        defer { Self.lock.unlock() }
        Self.pending[ObjectIdentifier(self)] = nil
        try? FileManager.default.removeItem(atPath: temporaryPath)
    }

    /// Removes every output that is not committed. For the moment before the process ends on a signal: it keeps the lock,
    /// so that no output is begun or committed afterwards.
    public static func discardAll() {
        lock.lock()
        for temporaryPath in pending.values {
            // Out of the way first: threads that are still writing into a folder then find no place any more.
            let doomed = temporaryPath + ".removed"
            try? FileManager.default.removeItem(atPath: rename(temporaryPath, doomed) == 0 ? doomed : temporaryPath)
        }
    }

    /// Writes a small file whole or not at all.
    ///
    /// - Throws: `FileError` (output).
    public static func write(_ bytes: some Sequence<UInt8>, to path: String, overwrite: Bool) throws {
        let output = try StagedOutput(path: path, overwrite: overwrite)
        let descriptor = open(output.temporaryPath, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError.cannotWrite(path) }
        defer { close(descriptor) }
        try append(Array(bytes), to: descriptor, for: path)
        try output.commit()
    }

    /// Writes all bytes where the descriptor stands.
    ///
    /// - Parameter path: what errors call the file.
    /// - Throws: `FileError` (output).
    public static func append(_ bytes: [UInt8], to descriptor: Int32, for path: String) throws {
        var offset = 0
        try bytes.withUnsafeBytes { buffer in
            while offset < buffer.count {
                let written = Foundation.write(descriptor, buffer.baseAddress! + offset, buffer.count - offset)
                if written < 0, errno == EINTR { continue }
                guard written > 0 else { throw FileError.cannotWrite(path) }
                offset += written
            }
        }
    }
}
