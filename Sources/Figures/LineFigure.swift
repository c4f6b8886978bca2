import Foundation
import Media

/// Pictures of lines over two axes.
public enum LineFigure {
    /// One line.
    public struct Series: Sendable {
        public let label: String
        public let ink: Ink
        public let points: [(x: Double, y: Double)]

        /// - Parameter points: in the order in which they are joined; one alone is a dot, and what is not finite is left out.
        public init(_ label: String, _ ink: Ink, _ points: [(x: Double, y: Double)]) {
            (self.label, self.ink, self.points) = (label, ink, points.filter { $0.x.isFinite && $0.y.isFinite })
        }
    }

    /// Colors that are told apart also by the color-blind (Okabe and Ito 2008).
    public static let inks = [
        Ink(0, 114, 178), Ink(213, 94, 0), Ink(0, 158, 115), Ink(204, 121, 167), Ink(230, 159, 0), Ink(86, 180, 233), Ink(120, 94, 40),
    ]

    /// - Parameters:
    ///   - series: later ones lie on top.
    ///   - width: of the picture, in pixels.
    ///   - height: of the picture, in pixels.
    ///   - title: above the lines.
    ///   - x: what the lower axis is, with its unit.
    ///   - hasLegend: whether the lines' labels stand at the right.
    ///   - sameScale: whether a unit is as long on both axes.
    ///   - marksStart: whether a dot marks each line's first point.
    public static func figure(
        _ series: [Series], width: Int, height: Int, title: String, x: String, hasLegend: Bool = true, sameScale: Bool = false,
        marksStart: Bool = false
    ) -> Picture {
        let legend = hasLegend ? min(230, 30 + (series.map { Canvas.width(of: $0.label) }.max() ?? 0)) : 8
        let (left, right, top, bottom) = (46, width - legend, 24, height - 30)
        precondition(right - left > 20 && bottom - top > 20, "\(width)×\(height) is too small for a figure")
        let points = series.flatMap(\.points)
        var (across, up) = (range(points.map(\.x)), range(points.map(\.y)))
        if sameScale {
            // The axis with room to spare gets a wider range.
            let unit = max((across.high - across.low) / Double(right - left), (up.high - up.low) / Double(bottom - top))
            across = widened(across, to: unit * Double(right - left))
            up = widened(up, to: unit * Double(bottom - top))
        }
        func place(_ point: (x: Double, y: Double)) -> (x: Float, y: Float) {
            (
                Float(Double(left) + (point.x - across.low) / (across.high - across.low) * Double(right - left)),
                Float(Double(bottom) - (point.y - up.low) / (up.high - up.low) * Double(bottom - top))
            )
        }
        var canvas = Canvas(width: width, height: height)
        let pale = Ink(226, 226, 230)
        for tick in ticks(across, most: max(2, (right - left) / 60)) {
            let column = Int(place((tick, up.low)).x)
            canvas.fill(x: column, y: top, width: 1, height: bottom - top, pale)
            canvas.write(text(tick), x: column, y: bottom + 6, .grey, anchor: .middle)
        }
        for tick in ticks(up, most: max(2, (bottom - top) / 30)) {
            let row = Int(place((across.low, tick)).y)
            canvas.fill(x: left, y: row, width: right - left, height: 1, pale)
            canvas.write(text(tick), x: left - 5, y: row - 3, .grey, anchor: .right)
        }
        for (index, line) in series.enumerated() {
            // Broader below than above, so that lines on one another are all seen.
            let thickness = 1.5 + min(3, 0.8 * Float(series.count - 1 - index))
            let places = line.points.map(place)
            for (a, b) in zip(places, places.dropFirst()) { canvas.line(from: a, to: b, thickness: thickness, line.ink) }
            if let first = places.first, marksStart || places.count == 1 {
                canvas.line(from: first, to: first, thickness: thickness + 4, line.ink)
            }
        }
        canvas.frame(x: left, y: top, width: right - left + 1, height: bottom - top + 1, .grey)
        canvas.write(FigureLegend.fitted(title, width: width - left - 8), x: left, y: 9)
        canvas.write(x, x: (left + right) / 2, y: height - 11, .grey, anchor: .middle)
        if hasLegend {
            for (index, line) in series.enumerated() {
                let y = top + 4 + index * 14
                canvas.fill(x: right + 8, y: y + 2, width: 12, height: 3, line.ink)
                canvas.write(FigureLegend.fitted(line.label, width: legend - 28), x: right + 24, y: y)
            }
        }
        return canvas.picture
    }

    /// From the least to the largest with a little room; never empty.
    private static func range(_ values: [Double]) -> (low: Double, high: Double) {
        guard let low = values.min(), let high = values.max() else { return (0, 1) }
        let room = high > low ? (high - low) * 0.04 : max(abs(high) * 0.05, 0.5)
        return (low - room, high + room)
    }

    private static func widened(_ range: (low: Double, high: Double), to length: Double) -> (low: Double, high: Double) {
        let more = max(0, length - (range.high - range.low)) / 2
        return (range.low - more, range.high + more)
    }

    /// Round values inside a range: multiples of 1, 2 or 5 times a power of ten.
    static func ticks(_ range: (low: Double, high: Double), most: Int) -> [Double] {
        let rough = (range.high - range.low) / Double(most)
        let power = pow(10, floor(log10(rough)))
        let step = [1, 2, 5, 10].map { $0 * power }.first { $0 >= rough * 0.999 } ?? 10 * power
        return stride(from: (range.low / step).rounded(.up), through: (range.high / step).rounded(.down), by: 1).map { $0 * step }
    }

    private static func text(_ value: Double) -> String {
        // −0 and rounding noise are 0.
        String(format: "%.4g", abs(value) < 1e-12 ? 0 : value).replacing("-", with: "−")
    }
}
