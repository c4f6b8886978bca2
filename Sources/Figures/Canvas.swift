import Media

/// A picture to draw figures on: areas, other pictures, text, lines. What lies outside is cut off.
public struct Canvas {
    /// The sheet as drawn so far.
    public private(set) var picture: Picture

    /// An empty sheet; `width` and `height` are in pixels.
    public init(width: Int, height: Int, background: Ink = .white) {
        picture = Picture(width: width, height: height, red: background.red, green: background.green, blue: background.blue)
    }

    /// A sheet that begins as a picture.
    public init(_ picture: Picture) { self.picture = picture }

    public var width: Int { picture.width }
    public var height: Int { picture.height }

    private mutating func set(_ x: Int, _ y: Int, _ ink: Ink, cover: Float = 1) {
        guard x >= 0, y >= 0, x < width, y < height else { return }
        let p = 3 * (y * width + x)
        let mixed = cover >= 1 ? ink : Ink(picture.pixels[p], picture.pixels[p + 1], picture.pixels[p + 2]).mixed(with: ink, cover)
        (picture.pixels[p], picture.pixels[p + 1], picture.pixels[p + 2]) = (mixed.red, mixed.green, mixed.blue)
    }

    /// Fills a rectangle whose upper left corner is at `x`, `y`.
    public mutating func fill(x: Int, y: Int, width: Int, height: Int, _ ink: Ink) {
        for row in max(0, y)..<max(0, y, min(y + height, self.height)) {
            for column in max(0, x)..<max(0, x, min(x + width, self.width)) { set(column, row, ink) }
        }
    }

    /// Draws the outline, a pixel wide, of a rectangle.
    public mutating func frame(x: Int, y: Int, width: Int, height: Int, _ ink: Ink) {
        fill(x: x, y: y, width: width, height: 1, ink)
        fill(x: x, y: y + height - 1, width: width, height: 1, ink)
        fill(x: x, y: y, width: 1, height: height, ink)
        fill(x: x + width - 1, y: y, width: 1, height: height, ink)
    }

    /// Lays a picture on the sheet, its upper left corner at `x`, `y`.
    public mutating func draw(_ other: Picture, x: Int, y: Int) {
        let (left, right) = (max(0, x), min(width, x + other.width))
        guard left < right else { return }
        for row in max(0, y)..<max(0, y, min(y + other.height, height)) {
            let from = 3 * ((row - y) * other.width + left - x), to = 3 * (row * width + left)
            let count = 3 * (right - left)
            picture.pixels.replaceSubrange(to..<to + count, with: other.pixels[from..<from + count])
        }
    }

    /// Writes one line of text, the top of its capitals at `y`.
    ///
    /// - Parameters:
    ///   - x: its left edge, middle or right edge, as `anchor` says.
    ///   - scale: pixels a dot of the 5×7 font.
    public mutating func write(_ text: String, x: Int, y: Int, scale: Int = 1, _ ink: Ink = .black, anchor: Anchor = .left) {
        let total = Self.width(of: text, scale: scale)
        var left = anchor == .left ? x : anchor == .right ? x - total : x - total / 2
        for character in text {
            for (row, bits) in BitmapFont.glyph(character).enumerated() where bits != 0 {
                for dot in 0..<5 where bits >> (4 - dot) & 1 == 1 {
                    fill(x: left + dot * scale, y: y + row * scale, width: scale, height: scale, ink)
                }
            }
            left += BitmapFont.advance * scale
        }
    }

    /// Where a text's `x` is.
    public enum Anchor: Sendable {
        case left, middle, right
    }

    /// Pixels that a line of text is wide.
    public static func width(of text: String, scale: Int = 1) -> Int { max(0, text.count * BitmapFont.advance - 1) * scale }

    /// Pixels from one line's top to the next one's.
    public static func lineHeight(scale: Int = 1) -> Int { BitmapFont.lineHeight * scale }

    /// Draws a straight, smooth line between the middles of two pixels.
    ///
    /// - Parameter thickness: in pixels.
    public mutating func line(from a: (x: Float, y: Float), to b: (x: Float, y: Float), thickness: Float = 1, _ ink: Ink) {
        let reach = thickness / 2 + 1
        let (dx, dy) = (b.x - a.x, b.y - a.y)
        let square = dx * dx + dy * dy
        guard [a.x, a.y, b.x, b.y].allSatisfy({ abs($0) < 1e6 }) else { return }
        let rows = (max(0, Int(min(a.y, b.y) - reach)), min(height - 1, Int(max(a.y, b.y) + reach)))
        let columns = (max(0, Int(min(a.x, b.x) - reach)), min(width - 1, Int(max(a.x, b.x) + reach)))
        guard rows.0 <= rows.1, columns.0 <= columns.1 else { return }
        for y in rows.0...rows.1 {
            for x in columns.0...columns.1 {
                let (px, py) = (Float(x) - a.x, Float(y) - a.y)
                let t = square > 0 ? min(max((px * dx + py * dy) / square, 0), 1) : 0
                let (ex, ey) = (px - t * dx, py - t * dy)
                let cover = thickness / 2 + 0.5 - (ex * ex + ey * ey).squareRoot()
                if cover > 0 { set(x, y, ink, cover: cover) }
            }
        }
    }

    /// Draws a line with a head at its end.
    public mutating func arrow(from a: (x: Float, y: Float), to b: (x: Float, y: Float), thickness: Float = 1, _ ink: Ink) {
        line(from: a, to: b, thickness: thickness, ink)
        let (dx, dy) = (b.x - a.x, b.y - a.y)
        let length = (dx * dx + dy * dy).squareRoot()
        guard length > 0 else { return }
        let head = min(5, 0.45 * length)
        for side: Float in [-0.5, 0.5] {
            let x = b.x - head * (dx / length - side * dy / length), y = b.y - head * (dy / length + side * dx / length)
            line(from: b, to: (x, y), thickness: thickness, ink)
        }
    }
}
