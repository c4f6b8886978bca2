/// The parts of an animated WebP file that are whole.
struct WebPParts {
    /// The file, without what was cut at its end.
    let whole: [UInt8]
    let isCutShort: Bool
    /// In milliseconds, of each frame.
    let durations: [Int]
    /// The color profile; empty where there is none.
    let profile: [UInt8]

    init(_ bytes: UnsafeRawBufferPointer) {
        var durations: [Int] = [], profile: [UInt8] = [], end = 12
        Chunks.eachOfRIFF(bytes) { name, content in
            if name == "ANMF", content.count >= 16 { durations.append((0..<3).reduce(0) { $0 | Int(content[12 + $1]) << (8 * $1) }) }
            if name == "ICCP" { profile = Array(content) }
            end += 8 + content.count + content.count % 2
            return true
        }
        end = min(end, bytes.count)
        let stated = (0..<4).reduce(8) { $0 + Int(bytes[4 + $1]) << (8 * $1) }
        isCutShort = stated > bytes.count
        (self.durations, self.profile) = (durations, profile)
        var whole = Array(bytes[..<(isCutShort ? end : bytes.count)])
        if isCutShort { for place in 0..<4 { whole[4 + place] = UInt8(truncatingIfNeeded: (end - 8) >> (8 * place)) } }
        self.whole = whole
    }
}
