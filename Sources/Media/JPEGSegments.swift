/// The marked parts that stand before the pixels of a JPEG file.
enum JPEGSegments {
    /// Calls `body` with each part's marker and content, up to the first scan.
    static func each(_ bytes: UnsafeRawBufferPointer, _ body: (UInt8, UnsafeRawBufferPointer) -> Void) {
        var at = 2
        while at + 4 <= bytes.count, bytes[at] == 0xFF {
            let marker = bytes[at + 1]
            if marker == 0xFF {
                // A fill byte.
                at += 1
                continue
            }
            guard marker != 0xDA, marker != 0xD9 else { return }
            let length = Int(bytes[at + 2]) << 8 | Int(bytes[at + 3])
            guard length >= 2, at + 2 + length <= bytes.count else { return }
            body(marker, UnsafeRawBufferPointer(rebasing: bytes[at + 4..<at + 2 + length]))
            at += 2 + length
        }
    }

    /// The color profile, put together from the numbered parts that it comes in; empty where there is none or a part is missing.
    static func profile(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        var parts: [UInt8: [UInt8]] = [:], total: UInt8 = 0
        each(bytes) { marker, content in
            guard marker == 0xE2, content.count > 14, content[0..<12].elementsEqual(Array("ICC_PROFILE".utf8) + [0]) else { return }
            if parts[content[12]] == nil { parts[content[12]] = Array(content[14...]) }
            total = max(total, content[13])
        }
        guard total > 0, parts.count >= Int(total), (1...total).allSatisfy({ parts[$0] != nil }) else {
            // A part without its fellows is a broken profile, which is worth a remark.
            return parts.isEmpty ? [] : [0]
        }
        return (1...total).flatMap { parts[$0]! }
    }
}
