import Media

/// The strip to the right of a figure, with words and what explains its colors.
struct FigureLegend {
    /// The left edge of what is written, in pixels.
    let left: Int
    /// The strip's size, in pixels.
    let width = 130
    private let top = 8

    /// - Parameter side: of the figure proper, which stands at the left.
    init(side: Int) { left = side + 10 }

    /// Writes lines, each cut where it would leave the strip.
    ///
    /// - Returns: where the next thing can stand.
    func write(_ lines: [String], on canvas: inout Canvas, from y: Int? = nil) -> Int {
        var y = y ?? top
        for line in lines {
            canvas.write(Self.fitted(line, width: width - 14), x: left, y: y)
            y += Canvas.lineHeight() + 2
        }
        return y + 4
    }

    /// A line, with an ellipsis where it would be wider than so many pixels.
    static func fitted(_ text: String, width: Int, scale: Int = 1) -> String {
        guard Canvas.width(of: text, scale: scale) > width else { return text }
        return text.prefix(max(0, width / (BitmapFont.advance * scale) - 1)) + "…"
    }
}
