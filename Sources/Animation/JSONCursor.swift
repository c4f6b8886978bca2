import Foundation

/// Reads JSON piece by piece from bytes that stay where they are, so that a file of any length takes no memory.
struct JSONCursor {
    /// What is wrong, and at which byte.
    struct Problem: Error, CustomStringConvertible {
        let description: String

        init(_ problem: String, at offset: Int) { description = "\(problem) at byte \(offset)" }
    }

    private let bytes: UnsafeRawBufferPointer
    private(set) var offset: Int

    /// - Parameter bytes: stay valid as long as the cursor is used.
    init(_ bytes: UnsafeRawBufferPointer, offset: Int = 0) { (self.bytes, self.offset) = (bytes, offset) }

    /// The next byte that is no white space; nil at the end.
    mutating func peek() -> UInt8? {
        while offset < bytes.count {
            let byte = bytes[offset]
            guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return byte }
            offset += 1
        }
        return nil
    }

    private func unexpected(_ wanted: String) -> Problem {
        guard offset < bytes.count else { return Problem("it ends too early: expected \(wanted)", at: offset) }
        let scalar = Unicode.Scalar(bytes[offset])
        return Problem("expected \(wanted), found \(scalar.isASCII ? "'\(scalar)'" : "another byte")", at: offset)
    }

    private mutating func expect(_ byte: Character) throws {
        guard peek() == byte.asciiValue else { throw unexpected("'\(byte)'") }
        offset += 1
    }

    /// Goes into an array: after it, `nextElement(first:)` says whether there is an element to read.
    mutating func beginArray() throws { try expect("[") }

    /// Goes to the array's next element, or past its end.
    mutating func nextElement(first: Bool) throws -> Bool { try next(first: first, end: "]") }

    private mutating func next(first: Bool, end: Character) throws -> Bool {
        guard let byte = peek() else { throw unexpected("'\(end)'") }
        if byte == end.asciiValue {
            offset += 1
            return false
        }
        if !first { try expect(",") }
        return true
    }

    /// Reads an object; `member` reads or skips the value of each key.
    mutating func object(_ member: (_ key: String, inout JSONCursor) throws -> Void) throws {
        try expect("{")
        var first = true
        while try next(first: first, end: "}") {
            let key = try string()
            try expect(":")
            try member(key, &self)
            first = false
        }
    }

    mutating func string() throws -> String {
        guard peek() == 0x22 else { throw unexpected("a text") }
        let start = offset
        try skipString()
        let text = UnsafeRawBufferPointer(rebasing: bytes[start..<offset])
        guard let string = try? JSONSerialization.jsonObject(with: Data(text), options: .fragmentsAllowed) as? String else {
            throw Problem("a text is damaged", at: start)
        }
        return string
    }

    private mutating func skipString() throws {
        let limit = offset + 65536
        offset += 1
        while offset < bytes.count, bytes[offset] != 0x22 {
            guard offset < limit else { throw Problem("a text does not end", at: offset) }
            offset += bytes[offset] == 0x5C ? 2 : 1
        }
        guard offset < bytes.count else {
            offset = bytes.count
            throw unexpected("the end of a text")
        }
        offset += 1
    }

    /// The characters of a number as they stand there, such as "-1.5e-3".
    private mutating func numeral() throws -> Substring {
        guard let first = peek(), first == 0x2D || (0x30...0x39).contains(first) else { throw unexpected("a number") }
        let start = offset
        while offset < bytes.count, Self.isNumeral(bytes[offset]) { offset += 1 }
        guard offset - start <= 1000 else { throw Problem("a number has more than 1000 characters", at: start) }
        // White space, a comma or a bracket follows a number; anything else is found when the next value is read.
        return Substring(decoding: bytes[start..<offset], as: UTF8.self)
    }

    private static func isNumeral(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || byte == 0x2E || byte == 0x2D || byte == 0x2B || byte | 0x20 == 0x65
    }

    /// The nearest float32.
    ///
    /// - Throws: `Problem`, also when the number is too large to be finite.
    mutating func float() throws -> Float {
        let numeral = try numeral(), start = offset - numeral.utf8.count
        guard let value = Float(numeral), value.isFinite else {
            throw Problem("\(numeral.prefix(40)) is no finite number", at: start)
        }
        return value
    }

    mutating func integer() throws -> Int64 {
        let numeral = try numeral(), start = offset - numeral.utf8.count
        guard let value = Int64(numeral) else { throw Problem("expected a whole number, found \(numeral.prefix(40))", at: start) }
        return value
    }

    /// Passes over one value of any kind.
    mutating func skip() throws {
        /// The brackets that are open.
        var open: [UInt8] = []
        repeat {
            guard let byte = peek() else { throw unexpected("a value") }
            switch byte {
            case 0x7B, 0x5B:
                guard open.count < 64 else { throw Problem("more than 64 brackets stand in each other", at: offset) }
                open.append(byte + 2)
                offset += 1
            case 0x7D, 0x5D:
                guard open.popLast() == byte else { throw unexpected("a value") }
                offset += 1
            case 0x22: try skipString()
            case 0x2C, 0x3A:
                guard !open.isEmpty else { throw unexpected("a value") }
                offset += 1
            default:
                let start = offset
                if byte == 0x2D || (0x30...0x39).contains(byte) {
                    // Nobody asks for this number's value.
                    while offset < bytes.count, Self.isNumeral(bytes[offset]) { offset += 1 }
                } else {
                    while offset < bytes.count, (0x61...0x7A).contains(bytes[offset]) { offset += 1 }
                    guard offset > start else { throw unexpected("a value") }
                    let word = String(decoding: bytes[start..<min(offset, start + 40)], as: UTF8.self)
                    guard ["true", "false", "null"].contains(word) else { throw Problem("\(word) is no value", at: start) }
                }
            }
        } while !open.isEmpty
    }

    /// - Throws: `Problem` when anything but white space follows.
    mutating func end() throws { if peek() != nil { throw unexpected("the end of the file") } }
}
