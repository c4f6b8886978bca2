/// The blocks that a GIF file consists of.
enum GIFStructure {
    /// Whether the blocks lead to the mark that ends the file. What follows it does not matter.
    static func isWhole(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard bytes.count > 13 else { return false }
        func table(_ flags: UInt8) -> Int { flags & 0x80 != 0 ? 3 << (Int(flags & 7) + 1) : 0 }
        /// Where the pieces end that begin at a place; nil when the bytes end before.
        func afterPieces(_ start: Int) -> Int? {
            var at = start
            while at < bytes.count {
                let size = Int(bytes[at])
                at += 1 + size
                if size == 0 { return at }
            }
            return nil
        }
        var at = 13 + table(bytes[10])
        while at < bytes.count {
            switch bytes[at] {
            case 0x3B: return true
            case 0x21:
                guard let end = afterPieces(at + 2) else { return false }
                at = end
            case 0x2C:
                guard at + 10 < bytes.count, let end = afterPieces(at + 11 + table(bytes[at + 9])) else { return false }
                at = end
            default: return false
            }
        }
        return false
    }
}
