/// A position in bytes that cannot be moved past their end. Numbers are little-endian.
struct ByteCursor {
    let bytes: UnsafeRawBufferPointer
    private(set) var position: Int

    /// - Parameter position: where to begin, from the first byte; past the end, the first read throws.
    init(_ bytes: UnsafeRawBufferPointer, at position: Int = 0) {
        self.bytes = bytes
        self.position = min(max(position, 0), bytes.count)
    }

    var remaining: Int { bytes.count - position }

    /// The next `count` bytes.
    ///
    /// - Throws: `Malformed` when the bytes end before that.
    mutating func take(_ count: Int) throws -> UnsafeRawBufferPointer {
        guard count >= 0, count <= remaining else {
            throw Malformed("is cut short: \(count) bytes expected at \(position), \(remaining) left; copy it again")
        }
        defer { position += count }
        return UnsafeRawBufferPointer(rebasing: bytes[position..<position + count])
    }

    /// The next whole number, stored in as many bytes as its type has.
    mutating func integer<Value: FixedWidthInteger>(_ type: Value.Type = Value.self) throws -> Value {
        Value(littleEndian: try take(MemoryLayout<Value>.size).loadUnaligned(as: Value.self))
    }

    /// The next unsigned whole number of 64 bits, as a count.
    mutating func count64() throws -> Int {
        let value = try integer(UInt64.self)
        guard let count = Int(exactly: value) else { throw Malformed("states the impossible size \(value)") }
        return count
    }

    /// The text up to the next line feed, which is consumed too.
    mutating func line() throws -> String {
        var length = 0
        while length < remaining, bytes[position + length] != UInt8(ascii: "\n") {
            length += 1
            guard length <= 4096 else { throw Malformed("has a line of more than 4096 bytes in its pickle") }
        }
        let text = String(decoding: try take(length), as: UTF8.self)
        _ = try take(1)
        return text
    }
}
