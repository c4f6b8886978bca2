import Foundation

/// A font of 5×7 dots for the labels of figures: printable ASCII and a few signs. What it lacks becomes a box.
enum BitmapFont {
    /// Dots from one character's left edge to the next one's.
    static let advance = 6
    /// Dots from the top of capitals to the baseline.
    static let height = 7
    /// Dots from one line's top to the next one's; below the baseline two rows hold descenders.
    static let lineHeight = 10
    /// Rows of a glyph, descenders included.
    static let rows = 9

    /// The rows of a character, top to bottom: the lowest five bits are its dots, the leftmost the highest.
    static func glyph(_ character: Character) -> [UInt8] {
        if let glyph = glyphs[character] { return glyph }
        // Letters with accents lose them rather than everything.
        let base = String(character).decomposedStringWithCanonicalMapping.unicodeScalars.first
        return base.flatMap { glyphs[Character($0)] } ?? box
    }

    private static let box: [UInt8] = [31, 17, 17, 17, 17, 17, 31, 0, 0]

    /// The glyphs as they look: nine rows of five, '#' for a dot.
    private static let glyphs: [Character: [UInt8]] = {
        var glyphs: [Character: [UInt8]] = [" ": [UInt8](repeating: 0, count: rows)]
        for block in BitmapGlyphs.drawn.split(separator: "\n\n") {
            let lines = block.split(separator: "\n", omittingEmptySubsequences: false).map(Array.init)
            // A block's first row names its characters, each above its glyph.
            var column = 0
            while column < lines[0].count {
                glyphs[lines[0][column]] = (1...rows).map { row in
                    (0..<5).reduce(UInt8(0)) { bits, dot in
                        let line = row < lines.count ? lines[row] : []
                        return bits << 1 | (column + dot < line.count && line[column + dot] == "#" ? 1 : 0)
                    }
                }
                column += advance
            }
        }
        return glyphs
    }()
}
