import Checkpoints

/// A message of protocol buffers as bytes, of the kinds of fields that TensorBoard's events have.
struct EventRecord {
    private(set) var bytes: [UInt8] = []

    private enum Wire: UInt64 {
        case varint = 0, fixed64 = 1, lengthDelimited = 2, fixed32 = 5
    }

    mutating func add(_ field: UInt64, _ value: Int) {
        key(field, .varint)
        varint(UInt64(bitPattern: Int64(value)))
    }

    mutating func add(_ field: UInt64, _ value: Double) {
        key(field, .fixed64)
        bytes += value.bitPattern.littleEndianBytes
    }

    mutating func add(_ field: UInt64, _ value: Float) {
        key(field, .fixed32)
        bytes += value.bitPattern.littleEndianBytes
    }

    mutating func add(_ field: UInt64, _ value: some Collection<UInt8>) {
        key(field, .lengthDelimited)
        varint(UInt64(value.count))
        bytes += value
    }

    mutating func add(_ field: UInt64, _ text: String) { add(field, text.utf8) }

    mutating func add(_ field: UInt64, _ message: EventRecord) { add(field, message.bytes) }

    private mutating func key(_ field: UInt64, _ wire: Wire) { varint(field << 3 | wire.rawValue) }

    private mutating func varint(_ value: UInt64) {
        var rest = value
        while rest > 0x7f {
            bytes.append(UInt8(rest & 0x7f) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    /// The message as a TFRecord: its length, that length's checksum, the message, its checksum.
    var framed: [UInt8] {
        let length = UInt64(bytes.count).littleEndianBytes
        return length + Self.maskedChecksum(length).littleEndianBytes + bytes + Self.maskedChecksum(bytes).littleEndianBytes
    }

    /// CRC-32C (Castagnoli), turned and shifted as TFRecords have it.
    private static func maskedChecksum(_ bytes: [UInt8]) -> UInt32 {
        let sum = ~bytes.reduce(~UInt32(0)) { checksums[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] ^ ($0 >> 8) }
        return (sum >> 15 | sum << 17) &+ 0xa282_ead8
    }

    /// The checksum of each single byte.
    private static let checksums: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte)) { sum, _ in sum & 1 == 1 ? sum >> 1 ^ 0x82f6_3b78 : sum >> 1 }
    }
}
