/// Repeatable damage to files: the same seed gives the same bytes on every machine.
struct Mutation {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// SplitMix64.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

    /// The file with flipped bits, extreme bytes, a missing end, a missing or repeated part, or a part of another file.
    mutating func damage(_ file: [UInt8], _ other: [UInt8]) -> [UInt8] {
        var bytes = file
        for _ in 0...below(4) where !bytes.isEmpty {
            // Headers are where the decisions are made.
            let reach = below(2) == 0 ? min(64, bytes.count) : bytes.count
            let at = below(reach)
            switch below(8) {
            case 0, 1, 2: bytes[at] ^= 1 << UInt8(below(8))
            case 3: bytes[at] = [0, 0xFF, 0x7F, 0x80][below(4)]
            case 4: for index in at..<min(bytes.count, at + 4) { bytes[index] = UInt8(truncatingIfNeeded: next()) }
            case 5: bytes.removeLast(below(bytes.count))
            case 6:
                let end = min(bytes.count, at + 1 + below(32))
                if below(2) == 0 {
                    bytes.removeSubrange(at..<end)
                } else {
                    bytes.insert(contentsOf: Array(bytes[at..<end]), at: at)
                }
            default:
                let start = below(other.count)
                bytes.replaceSubrange(
                    at..<min(bytes.count, at + 1 + below(40)),
                    with: other[start..<min(other.count, start + 1 + below(40))])
            }
        }
        return bytes
    }
}
