import Foundation

/// An output file or folder that appears whole or not at all: it is written under a temporary name beside its place and
/// renamed by `commit()`. Without a commit nothing remains, also when the program is interrupted (see `discardAll`); what a program
/// leaves that is killed, the next one removes that writes the same output (see `Leftovers`).
public final class StagedOutput: @unchecked Sendable {
    /// Where the output will stand.
    public let path: String
    /// Where to write until then: same folder, same extension.
    public let temporaryPath: String
    private let isFolder: Bool
    private let overwrite: Bool
    private let owns: (String) -> Bool
    private var finished = false
    /// Whether it lies in a folder that is not in its place yet, and is flushed with it.
    private let isInner: Bool
    /// Whether it goes to standard output, when it is whole.
    private let isPiped: Bool
    /// Locked while the output is under way, so that nobody takes it for a leftover.
    private let descriptor: Int32

    /// What the name of a folder ends with while the new one is put in its place.
    static let replacedEnding = ".old"

    private static let lock = NSLock()
    nonisolated(unsafe) private static var pending: [ObjectIdentifier: String] = [:]

    /// Temporary names given last, and what they stand for.
    nonisolated(unsafe) private static var names: [(temporary: String, path: String)] = []

    /// The text with outputs' own paths in place of temporary ones, of which nobody knows.
    package static func visible(_ text: String) -> String {
        guard text.contains(".partial-") else { return text }
        // The inner ones first: their names stand within those of their folders.
        return lock.withLock { names.reversed().reduce(text) { $0.replacingOccurrences(of: $1.temporary, with: $1.path) } }
    }

    /// What stands before a path's name, with its last "/"; empty for a name alone. Foundation's own way ends the program on names
    /// of one letter.
    package static func parent(of path: String) -> String { path.lastIndex(of: "/").map { String(path[...$0]) } ?? "" }

    /// A path without slashes at its end.
    private static func trimmed(_ path: String) -> String {
        var path = path
        while path.count > 1 && path.hasSuffix("/") { path.removeLast() }
        return path
    }

    /// Prepares an output at `path`; a folder is created (empty) at once, a file is left to the writer.
    ///
    /// - Parameters:
    ///   - folder: whether the output is a folder of files.
    ///   - isPrivate: whether nobody but the user may look into it.
    ///   - overwrite: whether an existing file or folder may be replaced.
    ///   - owns: which file names in an existing folder are this program's own; a folder that holds anything else is never
    ///     replaced, because its whole content would be lost.
    /// - Throws: `FileError` (output) when the place exists and `overwrite` is false, is of the other kind, or its parent
    ///   folder is absent or not writable.
    public init(
        path: String, folder: Bool = false, isPrivate: Bool = false, overwrite: Bool = false,
        owns: @escaping (String) -> Bool = { _ in false }
    ) throws {
        var trimmed = Self.trimmed(path)
        self.path = trimmed
        self.isFolder = folder
        self.overwrite = overwrite
        self.owns = owns
        guard !trimmed.isEmpty else { throw FileError(.output, path, "an empty path; name a file or folder") }
        isPiped = !folder && PipedOutput.isMeant(by: trimmed)
        let isPrivate = isPrivate || isPiped
        if isPiped { trimmed = (NSTemporaryDirectory() as NSString).appendingPathComponent("lia-output" + trimmed.dropFirst()) }
        let parent = Self.parent(of: trimmed)
        isInner = Self.lock.withLock { Self.pending.values.contains { parent.hasPrefix($0 + "/") } }
        let beginning = TemporaryOwner.beginning(of: (trimmed as NSString).lastPathComponent)
        if !isInner { Leftovers.clear(in: parent) { $0 == beginning } }
        if !isPiped { try Self.check(trimmed, folder: folder, overwrite: overwrite, owns: owns) }
        let url = URL(fileURLWithPath: trimmed)
        let name = url.lastPathComponent
        // The extension last, because writers choose their format by it.
        let suffix = url.pathExtension.isEmpty || url.pathExtension.utf8.count > 50 || folder ? "" : ".\(url.pathExtension)"
        temporaryPath = parent + TemporaryOwner.newName(for: name, ending: suffix)

        // Creating it now tells at once, before hours of work, whether the place can be written.
        Self.lock.lock()
        defer { Self.lock.unlock() }
        Self.names.append((temporaryPath, path))
        if Self.names.count > 256 { Self.names.removeFirst() }
        if folder {
            guard mkdir(temporaryPath, isPrivate ? 0o700 : 0o777) == 0 else { throw FileError.cannotWrite(path) }
            if isPrivate { chmod(temporaryPath, 0o700) }
            descriptor = open(temporaryPath, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        } else {
            descriptor = open(temporaryPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, isPrivate ? 0o600 : 0o666)
            guard descriptor >= 0 else { throw FileError.cannotWrite(path) }
        }
        // Where the file system has no locks, the process in the name must do.
        if descriptor >= 0 { flock(descriptor, LOCK_EX | LOCK_NB) }
        Self.pending[ObjectIdentifier(self)] = temporaryPath
    }

    private static func occupied(_ path: String) -> FileError {
        FileError(.output, path, "exists already; pass --overwrite to replace it")
    }

    /// Refuses what stands in an output's place, and a place that cannot be, before the work that comes before the output is made.
    ///
    /// - Throws: `FileError` (output) where something is there and may not be replaced, or the folder is absent or cannot be written.
    public static func refuseExisting(_ path: String, overwrite: Bool) throws {
        guard !PipedOutput.isMeant(by: path) else { return }
        let isNamedFolder = path.hasSuffix("/")
        var status = stat()
        if !overwrite, lstat(path, &status) == 0 {
            // Whether a folder is what is to be written there, its writer knows.
            if status.st_mode & S_IFMT == S_IFDIR, !isNamedFolder { return }
            guard isEmptyFolder(path) else { throw occupied(path) }
        }
        let folder = parent(of: trimmed(path))
        guard access(folder.isEmpty ? "." : folder, W_OK | X_OK) == 0 else { throw FileError.cannotWrite(path) }
    }

    /// Whether a folder is there that holds nothing: nothing is lost when another takes its place.
    private static func isEmptyFolder(_ path: String) -> Bool {
        (try? FileManager.default.contentsOfDirectory(atPath: path))?.isEmpty ?? false
    }

    private static func check(_ path: String, folder: Bool, overwrite: Bool, owns: (String) -> Bool) throws {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        let existing = status.st_mode & S_IFMT
        if folder != (existing == S_IFDIR) {
            throw FileError(
                .output, path,
                folder
                    ? "a file stands where a folder is to be written; choose another name"
                    : "a folder stands there; name a file in it")
        }
        guard overwrite || isEmptyFolder(path) else { throw occupied(path) }
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
        // What remains is removed as an output that is not committed.
        if isPiped { return try PipedOutput.send(temporaryPath, for: path) }
        if !isInner {
            if isFolder {
                errno = Flushing.flushAll(temporaryPath)
                guard errno == 0 else { throw FileError.cannotWrite(path) }
            } else {
                guard Flushing.flush(temporaryPath) else { throw FileError.cannotWrite(path) }
            }
        }
        // Someone may have put a file there meanwhile.
        try Self.check(path, folder: isFolder, overwrite: overwrite, owns: owns)
        Self.lock.lock()
        defer { Self.lock.unlock() }
        var replaced: String?
        if isFolder, FileManager.default.fileExists(atPath: path) {
            replaced = try replaceFolder()
        } else {
            guard rename(temporaryPath, path) == 0 else { throw FileError.cannotWrite(path) }
        }
        finished = true
        Self.pending[ObjectIdentifier(self)] = nil
        if !isInner {
            // The result is there, whatever the disk says of its folder.
            let parent = Self.parent(of: path)
            _ = Flushing.flush(parent.isEmpty ? "." : parent)
        }
        if let replaced { try? FileManager.default.removeItem(atPath: replaced) }
    }

    /// Puts the new folder in the place of the old one, in one step where the file system can: the name then leads to one of the two at
    /// every moment. Elsewhere the old one is renamed away first, and put back by the next run if this one ends in between.
    ///
    /// - Returns: where the old one is.
    private func replaceFolder() throws -> String {
        if exchange(temporaryPath, path) { return temporaryPath }
        let old = temporaryPath + Self.replacedEnding
        guard rename(path, old) == 0 else { throw FileError.cannotWrite(path) }
        guard rename(temporaryPath, path) == 0 else {
            let error = FileError.cannotWrite(path)
            rename(old, path)
            throw error
        }
        return old
    }

    /// Whether two paths have changed places; false where the file system cannot do that.
    private func exchange(_ one: String, _ other: String) -> Bool {
        typealias Rename = @convention(c) (Int32, UnsafePointer<CChar>, Int32, UnsafePointer<CChar>, UInt32) -> Int32
        // renameat2 with RENAME_EXCHANGE, which Swift does not import.
        guard let function = dlsym(nil, "renameat2") else { return false }
        return unsafeBitCast(function, to: Rename.self)(AT_FDCWD, one, AT_FDCWD, other, 1 << 1) == 0
    }

    deinit {
        defer { if descriptor >= 0 { close(descriptor) } }
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

    /// Opens an output's temporary file by its name, in a way that makes it where it is absent. Once outputs are being discarded nothing is
    /// opened any more: the file would be made anew.
    package static func opening<Value>(_ open: () throws -> Value) rethrows -> Value { try lock.withLock(open) }

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
