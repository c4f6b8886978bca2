/// The named parts that PNG and RIFF files consist of.
enum Chunks {
    /// Calls `body` with each whole chunk's name and content, until it returns false or the bytes end.
    static func eachOfPNG(_ bytes: UnsafeRawBufferPointer, _ body: (String, UnsafeRawBufferPointer) -> Bool) {
        var at = 8
        while at + 12 <= bytes.count {
            let size = (0..<4).reduce(0) { $0 << 8 | Int(bytes[at + $1]) }
            guard size <= bytes.count - at - 12 else { return }
            let name = String(decoding: bytes[at + 4..<at + 8], as: UTF8.self)
            guard body(name, UnsafeRawBufferPointer(rebasing: bytes[at + 8..<at + 8 + size])) else { return }
            at += 12 + size
        }
    }

    /// Calls `body` with each whole chunk's name and content, until it returns false or the bytes end.
    static func eachOfRIFF(_ bytes: UnsafeRawBufferPointer, _ body: (String, UnsafeRawBufferPointer) -> Bool) {
        var at = 12
        while at + 8 <= bytes.count {
            let size = (0..<4).reduce(0) { $0 | Int(bytes[at + 4 + $1]) << (8 * $1) }
            guard size <= bytes.count - at - 8 else { return }
            let name = String(decoding: bytes[at..<at + 4], as: UTF8.self)
            guard body(name, UnsafeRawBufferPointer(rebasing: bytes[at + 8..<at + 8 + size])) else { return }
            at += 8 + size + size % 2
        }
    }

    /// A PNG chunk with its size and checksum.
    static func png(_ name: String, _ content: [UInt8]) -> [UInt8] {
        func big(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) } }
        let body = Array(name.utf8) + content
        return big(UInt32(content.count)) + body + big(checksum(body))
    }

    private static let remainders: [UInt32] = (0..<256).map { start in
        (0..<8).reduce(UInt32(start)) { value, _ in value >> 1 ^ (value & 1 == 1 ? 0xEDB8_8320 : 0) }
    }

    /// The checksum of a PNG chunk's name and content (CRC-32).
    static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
        ~bytes.reduce(UInt32.max) { $0 >> 8 ^ remainders[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] }
    }
}
