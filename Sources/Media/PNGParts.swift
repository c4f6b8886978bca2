import Foundation

/// The parts of a PNG file besides its pixels: which are damaged, and what they say of colors.
enum PNGParts {
    private static let needed: Set<String> = ["IHDR", "PLTE", "IDAT", "IEND", "tRNS"]

    /// The file without the parts that a reader may pass over and whose checksum is wrong.
    ///
    /// - Returns: what is kept, and the names of what is not; nil when nothing is damaged.
    static func withoutDamage(_ bytes: UnsafeRawBufferPointer) -> (kept: [UInt8], names: [String])? {
        let (kept, names) = filtered(bytes) { name, whole in
            // A small letter at the beginning says that a reader may pass it over.
            name.utf8.first.map { $0 & 0x20 == 0 } ?? true || checksumFits(whole)
        }
        return names.isEmpty ? nil : (kept, names)
    }

    /// The file with nothing but what its pixels need.
    static func onlyNeeded(_ bytes: UnsafeRawBufferPointer) -> (kept: [UInt8], names: [String]) {
        filtered(bytes) { name, whole in needed.contains(name) && (name != "tRNS" || checksumFits(whole)) }
    }

    /// One line for the user.
    static func warning(_ names: [String]) -> String {
        let named = Array(Set(names)).sorted().joined(separator: ", ")
        return "a part of the PNG file that its pixels do without is damaged (\(named)) and was left out"
    }

    /// Keeps chunks for which `keeps` is true; it gets the name and the whole chunk.
    private static func filtered(
        _ bytes: UnsafeRawBufferPointer, _ keeps: (String, UnsafeRawBufferPointer) -> Bool
    ) -> (kept: [UInt8], names: [String]) {
        var removed: [(Range<Int>, String)] = [], at = 8
        Chunks.eachOfPNG(bytes) { name, content in
            let end = at + 12 + content.count
            if !keeps(name, UnsafeRawBufferPointer(rebasing: bytes[at..<end])) { removed.append((at..<end, name)) }
            at = end
            return name != "IEND"
        }
        var kept: [UInt8] = [], from = 0
        guard !removed.isEmpty else { return (kept, []) }
        for (range, _) in removed {
            kept += bytes[from..<range.lowerBound]
            from = range.upperBound
        }
        kept += bytes[from...]
        return (kept, removed.map(\.1))
    }

    private static func checksumFits(_ chunk: UnsafeRawBufferPointer) -> Bool {
        let end = chunk.count - 4
        return Chunks.checksum(chunk[4..<end]) == chunk[end...].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    }

    /// What a cICP chunk states, by code numbers; it comes before every other statement of colors.
    static func color(_ bytes: UnsafeRawBufferPointer) -> CodedColor? {
        var found: CodedColor?
        Chunks.eachOfPNG(bytes) { name, content in
            if name == "cICP", content.count >= 4 { found = CodedColor(primaries: Int(content[0]), transfer: Int(content[1])) }
            return name != "IDAT"
        }
        return found
    }
}
