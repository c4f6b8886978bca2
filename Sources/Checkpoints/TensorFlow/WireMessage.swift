/// The fields of a message in the wire format of protocol buffers, one after another, each checked against the bytes before it is read.
///
/// Nothing is followed into depth on its own: a reader asks for messages within messages as deep as its own code goes, and passes over what
/// it does not know.
struct WireMessage {
    /// What a field holds.
    enum Value {
        /// A whole number of variable length, or one of 8 or 4 bytes, as its bits.
        case number(UInt64)
        /// Where text, bytes, packed numbers or a message lie in the file; for a number of 4 bytes, where these lie.
        case bytes(Range<Int>), word(Range<Int>)
    }

    private let bytes: UnsafeRawBufferPointer
    private var position: Int
    private let end: Int

    /// - Parameter range: where the message lies in `bytes`; all of them by default.
    init(_ bytes: UnsafeRawBufferPointer, in range: Range<Int>? = nil) {
        self.bytes = bytes
        (position, end) = (range?.lowerBound ?? 0, range?.upperBound ?? bytes.count)
    }

    /// The next field; nil after the last.
    ///
    /// - Throws: `Malformed` when it reaches past the end of its message, or is of a kind that does not exist.
    mutating func next() throws -> (field: Int, value: Value)? {
        guard position < end else { return nil }
        let start = position, tag = try number()
        guard tag >> 3 > 0, tag >> 3 < 1 << 29 else { throw damaged(at: start) }
        let field = Int(tag >> 3)
        switch tag & 7 {
        case 0: return (field, .number(try number()))
        case 1: return (field, .number(bytes.loadUnaligned(fromByteOffset: try take(8).lowerBound, as: UInt64.self).littleEndian))
        case 2:
            let length = try number()
            guard length <= UInt64(end - position) else {
                throw Malformed("is cut short or damaged: \(length) bytes expected at \(position), \(end - position) left; copy it again")
            }
            return (field, .bytes(try take(Int(length))))
        case 5: return (field, .word(try take(4)))
        default: throw damaged(at: start)
        }
    }

    private mutating func take(_ count: Int) throws -> Range<Int> {
        guard count <= end - position else { throw damaged(at: position) }
        defer { position += count }
        return position..<position + count
    }

    /// A whole number of variable length: seven bits a byte, the lowest first; the highest bit says that more follow.
    private mutating func number() throws -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: 0, to: 64, by: 7) {
            guard position < end else { throw damaged(at: position) }
            let byte = bytes[position]
            position += 1
            value |= UInt64(byte & 0x7f) << UInt64(shift)
            if byte < 0x80 { return value }
        }
        throw damaged(at: position)
    }

    private func damaged(at place: Int) -> Malformed {
        Malformed("is cut short or damaged at byte \(place) of \(bytes.count); copy it again")
    }
}
