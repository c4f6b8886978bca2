import Foundation

/// A whole file mapped read-only into memory: opening it reads nothing, and pages come in as they are touched.
public final class MappedFile: @unchecked Sendable {
    public let path: String
    /// The file's bytes; valid while this object lives, which must outlast every use of them (`withExtendedLifetime`).
    public let bytes: UnsafeRawBufferPointer

    /// - Throws: `FileError` (input) when the path does not exist, is not a regular file, or cannot be read.
    public init(path: String) throws {
        self.path = path
        // Not waiting, because a named pipe would wait for a writer; it makes no difference to a file.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw FileError.cannotRead(path) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw FileError.cannotRead(path) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw FileError(.input, path, "expected a file, found a folder or device")
        }
        guard status.st_size > 0 else {
            bytes = UnsafeRawBufferPointer(start: nil, count: 0)
            return
        }
        let size = Int(status.st_size)
        guard let start = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), start != MAP_FAILED else {
            throw FileError.cannotRead(path)
        }
        bytes = UnsafeRawBufferPointer(start: start, count: size)
        Self.lock.withLock { Self.mapped[UInt(bitPattern: start)] = (size, path) }
    }

    private static let lock = NSLock()
    /// The files that are mapped, by where they begin.
    nonisolated(unsafe) private static var mapped: [UInt: (size: Int, path: String)] = [:]

    /// The path of the file that is mapped at an address; nil where none is.
    package static func path(at address: UInt) -> String? {
        lock.withLock { mapped.first { $0.key <= address && address < $0.key + UInt($0.value.size + 1 << 16) }?.value.path }
    }

    /// Gives whole pages among these bytes of the file back to the system; they are read again when they are touched.
    public func release(_ part: UnsafeRawBufferPointer) {
        guard let start = part.baseAddress, let first = bytes.baseAddress, start >= first, start + part.count <= first + bytes.count else {
            return
        }
        let page = sysconf(Int32(_SC_PAGESIZE)), skipped = (page - Int(bitPattern: start) % page) % page
        let count = (part.count - skipped) / page * page
        if count > 0 { madvise(UnsafeMutableRawPointer(mutating: start + skipped), count, MADV_DONTNEED) }
    }

    /// The bytes of a file that is small enough to copy, such as a description or a note.
    ///
    /// - Throws: `FileError` (input) when it cannot be read or has more than `limit` bytes.
    public static func contents(of path: String, upTo limit: Int) throws -> [UInt8] {
        let file = try MappedFile(path: path)
        defer { withExtendedLifetime(file) {} }
        guard file.bytes.count <= limit else {
            throw FileError(.input, path, "expected at most \(limit) bytes, found \(file.bytes.count); is it the right file?")
        }
        return Array(file.bytes)
    }

    deinit {
        guard let start = bytes.baseAddress else { return }
        Self.lock.withLock { Self.mapped[UInt(bitPattern: start)] = nil }
        munmap(UnsafeMutableRawPointer(mutating: start), bytes.count)
    }
}

extension FileError {
    /// The error for a path that could not be opened or read, from `errno`.
    public static func cannotRead(_ path: String) -> FileError {
        let number = errno
        if number == ENOENT, ForeignContent.isAddress(path) {
            return FileError(.input, path, "is an address, not a file; download what is there, and name the file")
        }
        switch number {
        case ENOENT, ENOTDIR: return FileError(.input, path, "no such file; check the path")
        case EACCES, EPERM: return FileError(.input, path, "not readable; check its permissions")
        default:
            var error = FileError(.input, path, "cannot be read (\(String(cString: strerror(number))))")
            error.isOfTheMachine = [EMFILE, ENFILE, ENOMEM, EIO, ESTALE, EAGAIN].contains(number)
            return error
        }
    }

    /// The error for a path that could not be created or written, from `errno`.
    public static func cannotWrite(_ path: String) -> FileError {
        let number = errno
        if number == ENOENT, ForeignContent.isAddress(path) {
            return FileError(.output, path, "is an address, to which nothing can be written; name a file")
        }
        switch number {
        case ENOENT, ENOTDIR: return FileError(.output, path, "its folder does not exist; create it first")
        case EACCES, EPERM, EROFS: return FileError(.output, path, "its folder is not writable; choose another place")
        case ENOSPC, EDQUOT: return FileError(.output, path, "the disk is full; nothing was written")
        case EFBIG: return FileError(.output, path, "is larger than files may be here; nothing was written")
        default:
            var error = FileError(.output, path, "cannot be written (\(String(cString: strerror(number))))")
            error.isUnread = number == EPIPE && PipedOutput.isMeant(by: path)
            return error
        }
    }
}
