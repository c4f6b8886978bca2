/// A table of a FlatBuffer: fields by number, each checked against the bytes before it is read. Numbers are little-endian.
///
/// A reader asks for tables, vectors and strings to a depth that its own code fixes, so that a file whose offsets lead in a circle is read
/// as often as any other.
struct FlatTable {
    private let bytes: UnsafeRawBufferPointer
    private let position: Int
    /// The position of the list of fields, how many there are, and the bytes of the table.
    private let fields, fieldCount, size: Int

    /// The table that the file begins with.
    ///
    /// - Throws: `Malformed`, as every function here, when an offset leads out of the file.
    init(rootOf bytes: UnsafeRawBufferPointer) throws {
        try self.init(bytes, at: try Self.target(bytes, of: 0))
    }

    private init(_ bytes: UnsafeRawBufferPointer, at position: Int) throws {
        self.bytes = bytes
        self.position = position
        fields = position - Int(try Self.number(bytes, at: position, Int32.self))
        let length = Int(try Self.number(bytes, at: fields, UInt16.self))
        size = Int(try Self.number(bytes, at: fields + 2, UInt16.self))
        guard length >= 4, length % 2 == 0, fields + length <= bytes.count, size >= 4, position + size <= bytes.count else {
            throw Malformed("has a damaged table at byte \(position); copy the file again")
        }
        fieldCount = (length - 4) / 2
    }

    /// The number in a field; nil where the field is absent.
    func number<Value: FixedWidthInteger>(_ field: Int, _ type: Value.Type = Value.self) throws -> Value? {
        guard let place = try place(of: field, bytes: MemoryLayout<Value>.size) else { return nil }
        return try Self.number(bytes, at: place, type)
    }

    /// The table that a field leads to; nil where the field is absent.
    func table(_ field: Int) throws -> FlatTable? {
        guard let place = try place(of: field, bytes: 4) else { return nil }
        return try FlatTable(bytes, at: try Self.target(bytes, of: place))
    }

    /// The tables that a field lists; none where the field is absent.
    ///
    /// - Parameters:
    ///   - limit: the most that are accepted.
    ///   - name: what the error calls them.
    func tables(_ field: Int, upTo limit: Int, _ name: String) throws -> [FlatTable] {
        guard let list = try vector(field, elementSize: 4) else { return [] }
        guard list.count / 4 <= limit else { throw Malformed("has \(list.count / 4) \(name); at most \(limit) are expected") }
        return try stride(from: list.lowerBound, to: list.upperBound, by: 4).map {
            try FlatTable(bytes, at: try Self.target(bytes, of: $0))
        }
    }

    /// The numbers that a field lists; none where the field is absent.
    func numbers<Value: FixedWidthInteger>(_ field: Int, _ type: Value.Type, upTo limit: Int, _ name: String) throws -> [Int] {
        let width = MemoryLayout<Value>.size
        guard let list = try vector(field, elementSize: width) else { return [] }
        guard list.count / width <= limit else { throw Malformed("has \(list.count / width) \(name); at most \(limit) are expected") }
        return try stride(from: list.lowerBound, to: list.upperBound, by: width).map { Int(try Self.number(bytes, at: $0, type)) }
    }

    /// Where the bytes that a field lists lie in the file; nil where the field is absent.
    func data(_ field: Int) throws -> Range<Int>? { try vector(field, elementSize: 1) }

    /// The text of a field; empty where the field is absent.
    func text(_ field: Int, upTo limit: Int) throws -> String {
        guard let range = try vector(field, elementSize: 1) else { return "" }
        guard range.count <= limit else { throw Malformed("has a name of \(range.count) bytes; at most \(limit) are expected") }
        return String(decoding: bytes[range], as: UTF8.self)
    }

    /// Where the elements lie that a field leads to.
    private func vector(_ field: Int, elementSize: Int) throws -> Range<Int>? {
        guard let place = try place(of: field, bytes: 4) else { return nil }
        let start = try Self.target(bytes, of: place)
        let count = Int(try Self.number(bytes, at: start, UInt32.self))
        guard count <= (bytes.count - start - 4) / elementSize else {
            throw Malformed("is cut short or damaged: a list of \(count) at byte \(start) reaches past its end; copy it again")
        }
        return start + 4..<start + 4 + count * elementSize
    }

    private func place(of field: Int, bytes width: Int) throws -> Int? {
        guard field < fieldCount else { return nil }
        let offset = Int(try Self.number(bytes, at: fields + 4 + 2 * field, UInt16.self))
        guard offset != 0 else { return nil }
        guard offset >= 4, offset + width <= size else {
            throw Malformed("has a damaged table at byte \(position): a field lies outside of it; copy the file again")
        }
        return position + offset
    }

    /// The position that the offset at `place` leads to.
    private static func target(_ bytes: UnsafeRawBufferPointer, of place: Int) throws -> Int {
        place + Int(try number(bytes, at: place, UInt32.self))
    }

    private static func number<Value: FixedWidthInteger>(
        _ bytes: UnsafeRawBufferPointer, at place: Int, _ type: Value.Type
    ) throws -> Value {
        let width = MemoryLayout<Value>.size
        guard place >= 0, place <= bytes.count - width else {
            throw Malformed("is cut short or damaged: an offset leads to byte \(place) of \(bytes.count); copy it again")
        }
        return Value(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: type))
    }
}
