/// Files of PyTorch's older stream format around a pickle written by hand.
enum LegacyFile {
    /// - Parameters:
    ///   - object: the pickle's codes between protocol and stop.
    ///   - storages: each storage's key, count of values and raw values.
    static func bytes(
        object: [UInt8], littleEndian: Bool = true, storages: [(key: String, count: Int, values: [UInt8])] = []
    ) -> [UInt8] {
        var bytes = pickle([0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19])
        bytes += pickle([UInt8(ascii: "M")] + little(1001, 2))
        bytes += pickle("}".utf8 + text("little_endian") + [littleEndian ? 0x88 : 0x89] + "s".utf8)
        bytes += pickle(object)
        bytes += pickle("](".utf8 + storages.flatMap { text($0.key) } + "e".utf8)
        for storage in storages { bytes += little(storage.count, 8) + storage.values }
        return bytes
    }

    static func pickle(_ codes: [UInt8]) -> [UInt8] { [0x80, 2] + codes + ".".utf8 }

    /// A string.
    static func text(_ string: String) -> [UInt8] { "X".utf8 + little(string.utf8.count, 4) + string.utf8 }

    /// A whole number of 64 bits.
    static func integer(_ value: Int) -> [UInt8] { [0x8a, 8] + little(value, 8) }

    static func global(_ module: String, _ name: String) -> [UInt8] { Array("c\(module)\n\(name)\n".utf8) }

    static func tuple(_ values: [[UInt8]]) -> [UInt8] { "(".utf8 + values.flatMap { $0 } + "t".utf8 }

    static func dictionary(_ items: [(String, [UInt8])]) -> [UInt8] {
        "}(".utf8 + items.flatMap { text($0) + $1 } + "u".utf8
    }

    /// A float32 tensor's reconstruction from storage "0" of `count` values.
    static func tensor(
        shape: [Int], strides: [Int], offset: Int = 0, count: Int, storageClass: String = "FloatStorage"
    ) -> [UInt8] {
        let storage = tuple([
            text("storage"), global("torch", storageClass), text("0"), text("cpu"), integer(count), Array("N".utf8),
        ])
        let arguments = tuple([
            storage + "Q".utf8, integer(offset), tuple(shape.map(integer)), tuple(strides.map(integer)), [0x89],
            Array("}".utf8),
        ])
        return global("torch._utils", "_rebuild_tensor_v2") + arguments + "R".utf8
    }

    private static func little(_ value: Int, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
}
