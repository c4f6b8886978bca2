/// The directory of a ZIP archive, with ZIP64 sizes. Compressed files are listed, but not unpacked.
struct ZipArchive {
    /// One file of the archive.
    struct File {
        let name: String
        /// Where its bytes, as packed, lie in the archive.
        let bytes: Range<Int>
        let isCompressed: Bool
    }

    /// Each file, as the directory lists them.
    private(set) var files: [File] = []
    private var places: [String: Int] = [:]

    /// - Throws: `Malformed` when the directory is missing or damaged, or a file is encrypted.
    init(_ bytes: UnsafeRawBufferPointer) throws {
        var (count, start, length) = try Self.directory(bytes)
        guard start <= bytes.count, length <= bytes.count - start else {
            throw Malformed("has a damaged ZIP directory: it lies outside the file; copy the file again")
        }
        var cursor = ByteCursor(UnsafeRawBufferPointer(rebasing: bytes[..<(start + length)]), at: start)
        while count > 0 {
            count -= 1
            let file = try Self.file(&cursor, bytes)
            guard places.updateValue(files.count, forKey: file.name) == nil else {
                throw Malformed(
                    "has two files \(Malformed.quoted(file.name)) in its ZIP directory; the file is damaged")
            }
            files.append(file)
        }
    }

    /// The bytes of the file called `name`.
    subscript(_ name: String) -> Range<Int>? { places[name].map { files[$0].bytes } }

    /// The directory's count of files, first byte and bytes.
    private static func directory(_ bytes: UnsafeRawBufferPointer) throws -> (Int, Int, Int) {
        // The end record is the last thing in the file but for a comment of at most 65535 bytes.
        let size = 22
        var record = bytes.count - size
        while record >= 0, record >= bytes.count - size - 0xffff {
            if bytes[record] == 0x50,
                bytes.loadUnaligned(fromByteOffset: record, as: UInt32.self).littleEndian == 0x0605_4b50
            {
                break
            }
            record -= 1
        }
        guard record >= 0, record >= bytes.count - size - 0xffff else {
            throw Malformed("is cut short: the ZIP directory at its end is missing; copy it again")
        }
        var cursor = ByteCursor(bytes, at: record + 10)
        let count = Int(try cursor.integer(UInt16.self))
        let length = Int(try cursor.integer(UInt32.self))
        let start = Int(try cursor.integer(UInt32.self))

        // A ZIP64 locator stands just before it where 16 or 32 bits do not suffice, or always.
        guard record >= 20 else { return (count, start, length) }
        var locator = ByteCursor(bytes, at: record - 20)
        guard try locator.integer(UInt32.self) == 0x0706_4b50 else { return (count, start, length) }
        _ = try locator.take(4)
        var large = ByteCursor(bytes, at: try locator.count64())
        guard try large.integer(UInt32.self) == 0x0606_4b50 else {
            throw Malformed("has a damaged ZIP directory: its 64-bit end record is missing; copy the file again")
        }
        _ = try large.take(28)
        let count64 = try large.count64()
        let length64 = try large.count64()
        return (count64, try large.count64(), length64)
    }

    /// The next entry of the directory, and where its data lies.
    private static func file(_ cursor: inout ByteCursor, _ bytes: UnsafeRawBufferPointer) throws -> File {
        guard try cursor.integer(UInt32.self) == 0x0201_4b50 else {
            throw Malformed("has a damaged ZIP directory; copy the file again")
        }
        _ = try cursor.take(4)
        let flags = try cursor.integer(UInt16.self)
        let method = try cursor.integer(UInt16.self)
        _ = try cursor.take(8)
        var compressed = Int(try cursor.integer(UInt32.self))
        var size = Int(try cursor.integer(UInt32.self))
        let nameLength = Int(try cursor.integer(UInt16.self))
        let extraLength = Int(try cursor.integer(UInt16.self))
        let commentLength = Int(try cursor.integer(UInt16.self))
        _ = try cursor.take(8)
        var header = Int(try cursor.integer(UInt32.self))
        let name = String(decoding: try cursor.take(nameLength), as: UTF8.self)
        var extra = ByteCursor(try cursor.take(extraLength))
        _ = try cursor.take(commentLength)

        // Field 1 holds, in 64 bits, those of the three that do not fit in 32.
        while extra.remaining >= 4 {
            let kind = try extra.integer(UInt16.self)
            var field = ByteCursor(try extra.take(Int(try extra.integer(UInt16.self))))
            guard kind == 1 else { continue }
            if size == 0xffff_ffff { size = try field.count64() }
            if compressed == 0xffff_ffff { compressed = try field.count64() }
            if header == 0xffff_ffff { header = try field.count64() }
        }

        let title = "file \(Malformed.quoted(name)) in the archive"
        guard flags & 1 == 0 else { throw Malformed("\(title) is encrypted; save it with torch.save") }
        guard method != 0 || size == compressed else {
            throw Malformed("\(title) has two sizes, \(size) and \(compressed); the file is damaged")
        }
        var local = ByteCursor(bytes, at: header)
        guard try local.integer(UInt32.self) == 0x0403_4b50 else {
            throw Malformed("\(title) does not begin at byte \(header), as its directory says; copy it again")
        }
        _ = try local.take(22)
        let localName = Int(try local.integer(UInt16.self))
        let localExtra = Int(try local.integer(UInt16.self))
        _ = try local.take(localName + localExtra)
        let start = local.position
        guard compressed <= bytes.count - start else {
            throw Malformed("\(title) reaches past the file's end; copy it again")
        }
        return File(name: name, bytes: start..<start + compressed, isCompressed: method != 0)
    }
}
