/// A safetensors header: a strict reader of just the JSON that the format allows, which has a fixed depth, and its writer.
struct SafetensorsHeader {
    /// One tensor as the header states it.
    struct Item {
        let name: String
        let scalarType: ScalarType
        let shape: [Int]
        /// Its bytes, from the first after the header.
        let begin: Int
        let end: Int
    }

    private(set) var tensors: [Item] = []
    private(set) var metadata: [String: String] = [:]
    private let text: UnsafeRawBufferPointer
    private var position = 0

    init(_ text: UnsafeRawBufferPointer) { self.text = text }

    /// - Throws: `Malformed` at the first thing that the format does not allow.
    mutating func parse() throws {
        var names = Set<String>()
        try object { parser, name in
            guard names.insert(name).inserted else {
                throw Malformed("names \(Malformed.quoted(name)) twice in its header")
            }
            if name == "__metadata__" {
                try parser.object { parser, key in
                    let value = try parser.string()
                    guard parser.metadata.updateValue(value, forKey: key) == nil else {
                        throw Malformed("names \(Malformed.quoted(key)) twice in its metadata")
                    }
                }
            } else {
                parser.tensors.append(try parser.item(name))
            }
        }
        skipSpaces()
        guard position == text.count else { throw unexpected("the header's end") }
    }

    private mutating func item(_ name: String) throws -> Item {
        var scalarType: ScalarType?
        var shape: [Int]?
        var offsets: [Int]?
        try object { parser, field in
            switch field {
            case "dtype" where scalarType == nil:
                let dtype = try parser.string()
                guard let type = ScalarType(safetensorsName: dtype) else {
                    throw Malformed(
                        "tensor \(Malformed.quoted(name)) is stored as \(Malformed.quoted(dtype)), which is not supported; convert it to F32"
                    )
                }
                scalarType = type
            case "shape" where shape == nil: shape = try parser.integers(atMost: StoredTensor.largestRank)
            case "data_offsets" where offsets == nil: offsets = try parser.integers(atMost: 2)
            default:
                throw Malformed(
                    "tensor \(Malformed.quoted(name)) has an unexpected or repeated field \(Malformed.quoted(field)) in the header"
                )
            }
        }
        guard let scalarType, let shape, let offsets, offsets.count == 2 else {
            throw Malformed(
                "tensor \(Malformed.quoted(name)) lacks its dtype, shape or both data_offsets in the header")
        }
        return Item(name: name, scalarType: scalarType, shape: shape, begin: offsets[0], end: offsets[1])
    }

    /// Reads `{"key": value, …}`, calling `value` where each value begins.
    private mutating func object(_ value: (inout SafetensorsHeader, String) throws -> Void) throws {
        try expect("{")
        if accept("}") { return }
        repeat {
            let key = try string()
            try expect(":")
            try value(&self, key)
        } while accept(",")
        try expect("}")
    }

    private mutating func integers(atMost limit: Int) throws -> [Int] {
        var result: [Int] = []
        try expect("[")
        if accept("]") { return result }
        repeat {
            guard result.count < limit else {
                throw Malformed("has a list of more than \(limit) numbers in its header")
            }
            result.append(try integer())
        } while accept(",")
        try expect("]")
        return result
    }

    private mutating func integer() throws -> Int {
        skipSpaces()
        let start = position
        var value = 0
        while position < text.count, case let digit = text[position], (0x30...0x39).contains(digit) {
            let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
            let (next, overflowed) = tens.addingReportingOverflow(Int(digit) - 0x30)
            guard !overflow, !overflowed else { throw Malformed("has an impossibly large number in its header") }
            value = next
            position += 1
        }
        guard position > start, position == start + 1 || text[start] != 0x30 else { throw unexpected("a whole number") }
        return value
    }

    private mutating func string() throws -> String {
        try expect("\"")
        var bytes: [UInt8] = []
        while true {
            guard position < text.count else { throw unexpected("a closing quote") }
            let byte = text[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let string = String(validating: bytes, as: UTF8.self) else {
                    throw Malformed("has a name in its header that is not UTF-8")
                }
                return string
            case UInt8(ascii: "\\"): bytes.append(contentsOf: try escaped())
            case 0..<0x20: throw Malformed("has a control character in a name of its header")
            default: bytes.append(byte)
            }
        }
    }

    /// What a backslash stands before, as UTF-8.
    private mutating func escaped() throws -> [UInt8] {
        guard position < text.count else { throw unexpected("an escaped character") }
        position += 1
        switch text[position - 1] {
        case UInt8(ascii: "\""): return [0x22]
        case UInt8(ascii: "\\"): return [0x5c]
        case UInt8(ascii: "/"): return [0x2f]
        case UInt8(ascii: "b"): return [8]
        case UInt8(ascii: "f"): return [12]
        case UInt8(ascii: "n"): return [10]
        case UInt8(ascii: "r"): return [13]
        case UInt8(ascii: "t"): return [9]
        case UInt8(ascii: "u"):
            var code = try hexadecimal()
            if (0xd800..<0xdc00).contains(code), position + 1 < text.count, text[position] == 0x5c,
                text[position + 1] == UInt8(ascii: "u")
            {
                position += 2
                let low = try hexadecimal()
                guard (0xdc00..<0xe000).contains(low) else { throw unexpected("the second half of a surrogate pair") }
                code = 0x10000 + (code - 0xd800) << 10 + (low - 0xdc00)
            }
            guard let scalar = Unicode.Scalar(code) else { throw Malformed("has half a surrogate pair in its header") }
            return Array(String(Character(scalar)).utf8)
        default: throw unexpected("an escaped character")
        }
    }

    private mutating func hexadecimal() throws -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard position < text.count, let digit = Character(Unicode.Scalar(text[position])).hexDigitValue else {
                throw unexpected("four hexadecimal digits")
            }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }

    private mutating func skipSpaces() {
        while position < text.count, case let byte = text[position], byte == 0x20 || (0x09...0x0d).contains(byte),
            byte != 0x0b, byte != 0x0c
        {
            position += 1
        }
    }

    private mutating func accept(_ character: Unicode.Scalar) -> Bool {
        skipSpaces()
        guard position < text.count, text[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func expect(_ character: Unicode.Scalar) throws {
        guard accept(character) else { throw unexpected("'\(character)'") }
    }

    private func unexpected(_ expected: String) -> Malformed {
        let found = position < text.count ? "byte \(text[position])" : "the end"
        return Malformed("has a damaged header: expected \(expected) at its byte \(position), found \(found)")
    }

    // MARK: Writing

    /// The bytes before the values: length and header, padded with spaces to a multiple of 64.
    static func encoded(_ tensors: [(name: String, shape: [Int])], _ type: ScalarType, _ metadata: [String: String])
        -> [UInt8]
    {
        var fields: [String] = []
        if !metadata.isEmpty {
            let pairs = metadata.sorted { $0.key < $1.key }.map { "\(quote($0.key)):\(quote($0.value))" }
            fields.append("\"__metadata__\":{\(pairs.joined(separator: ","))}")
        }
        var offset = 0
        for (name, shape) in tensors {
            let end = offset + shape.reduce(type.byteCount, *)
            let extents = shape.map(String.init).joined(separator: ",")
            fields.append(
                "\(quote(name)):{\"dtype\":\"\(type.safetensorsName)\",\"shape\":[\(extents)],\"data_offsets\":[\(offset),\(end)]}"
            )
            offset = end
        }
        var text = Array("{\(fields.joined(separator: ","))}".utf8)
        text += [UInt8](repeating: 0x20, count: (64 - (8 + text.count) % 64) % 64)
        return withUnsafeBytes(of: UInt64(text.count).littleEndian) { Array($0) } + text
    }

    private static func quote(_ string: String) -> String {
        var result = "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\u{0}"..<"\u{20}":
                let code = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - code.count) + code
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
