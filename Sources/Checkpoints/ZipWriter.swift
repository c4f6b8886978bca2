import Files
import Foundation

/// Writes a ZIP archive of files that are stored as they are, each beginning at a multiple of 64 bytes; below 4 GB.
final class ZipWriter {
    private struct Entry {
        let name: [UInt8]
        let start: Int
        let size: Int
        let checksum: UInt32
    }

    /// Files begin at multiples of so many bytes, as PyTorch's do, which may map them.
    private static let alignment = 64

    private let path: String
    private let file: FileHandle
    private var entries: [Entry] = []
    private var position = 0

    /// - Parameters:
    ///   - temporary: the path that is written to.
    ///   - path: what errors call the file.
    init(_ temporary: String, named path: String) throws {
        self.path = path
        guard let file = FileHandle(forWritingAtPath: temporary) else { throw FileError.cannotWrite(path) }
        self.file = file
    }

    func add(_ name: String, _ content: [UInt8]) throws {
        try add(name, count: content.count) { take in try content.withUnsafeBytes(take) }
    }

    /// - Parameters:
    ///   - count: how many bytes the file has.
    ///   - give: hands over its bytes, in pieces.
    func add(_ name: String, count: Int, _ give: ((UnsafeRawBufferPointer) throws -> Void) throws -> Void) throws {
        let name = Array(name.utf8), start = position, head = 30 + name.count + 4
        let padding = (Self.alignment - (start + head) % Self.alignment) % Self.alignment
        // The checksum is known when the file is written.
        try write([UInt8](repeating: 0, count: head + padding))
        var checksum = Checksum(), written = 0
        try give { bytes in
            checksum.add(bytes)
            written += bytes.count
            try write(bytes)
        }
        precondition(written == count, "\(written) bytes of \(count)")
        let entry = Entry(name: name, start: start, size: count, checksum: checksum.value)
        entries.append(entry)
        // A field of PyTorch's own fills up to where the file begins.
        try rewrite(
            UInt32(0x0403_4b50).littleEndianBytes + Self.fields(of: entry) + UInt16(name.count).littleEndianBytes
                + UInt16(4 + padding).littleEndianBytes + name + Array("FB".utf8) + UInt16(padding).littleEndianBytes
                + [UInt8](repeating: UInt8(ascii: "Z"), count: padding), at: start)
    }

    /// Version, flags, method, time and date, checksum, and both sizes.
    private static func fields(of entry: Entry) -> [UInt8] {
        let first: [UInt16] = [0, 0x0800, 0, 0, 0x21]
        return first.flatMap(\.littleEndianBytes) + entry.checksum.littleEndianBytes + UInt32(entry.size).littleEndianBytes
            + UInt32(entry.size).littleEndianBytes
    }

    /// Writes the directory.
    func finish() throws {
        let start = position
        for entry in entries {
            let rest: [UInt16] = [UInt16(entry.name.count), 0, 0, 0, 0]
            try write(
                UInt32(0x0201_4b50).littleEndianBytes + UInt16(0).littleEndianBytes + Self.fields(of: entry)
                    + rest.flatMap(\.littleEndianBytes) + UInt32(0).littleEndianBytes + UInt32(entry.start).littleEndianBytes
                    + entry.name)
        }
        let count = UInt16(entries.count), size = position - start
        try write(
            UInt32(0x0605_4b50).littleEndianBytes + [UInt16(0), 0, count, count].flatMap(\.littleEndianBytes)
                + UInt32(size).littleEndianBytes + UInt32(start).littleEndianBytes + UInt16(0).littleEndianBytes)
        do { try file.close() } catch { throw FileError.cannotWrite(path) }
    }

    private func write(_ bytes: [UInt8]) throws { try bytes.withUnsafeBytes { try write($0) } }

    private func write(_ bytes: UnsafeRawBufferPointer) throws {
        do { try file.write(contentsOf: bytes) } catch { throw FileError.cannotWrite(path) }
        position += bytes.count
    }

    private func rewrite(_ bytes: [UInt8], at start: Int) throws {
        do {
            try file.seek(toOffset: UInt64(start))
            try file.write(contentsOf: bytes)
            try file.seek(toOffset: UInt64(position))
        } catch { throw FileError.cannotWrite(path) }
    }
}

/// The cyclic redundancy check of ZIP archives: 32 bits, polynomial 0xedb88320.
private struct Checksum {
    private static let table: [UInt32] = (0..<256).map { start in
        (0..<8).reduce(UInt32(start)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0xedb8_8320 : value >> 1 }
    }

    private var state: UInt32 = ~0

    var value: UInt32 { ~state }

    mutating func add(_ bytes: UnsafeRawBufferPointer) {
        Self.table.withUnsafeBufferPointer { table in
            for byte in bytes { state = state >> 8 ^ table[Int(UInt8(truncatingIfNeeded: state) ^ byte)] }
        }
    }
}
