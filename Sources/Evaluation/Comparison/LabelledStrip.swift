import Figures
import Media

/// Pictures in rows, each under its label: a frame of a comparison's video.
package struct LabelledStrip {
    /// The strip's size, in pixels; even, as H.264 requires.
    package let width, height: Int
    private let size, columns, head: Int
    private let blank: Canvas

    /// More pictures than this go into a second row.
    private static let widest = 5

    /// - Parameters:
    ///   - labels: one for each picture; cut where one would be wider than its picture.
    ///   - size: side of a picture, in pixels; even.
    package init(labels: [String], size: Int) {
        let rows = (labels.count + Self.widest - 1) / Self.widest
        columns = (labels.count + rows - 1) / rows
        self.size = size
        let scale = size >= 200 ? 2 : 1
        head = 10 * scale + 4
        (width, height) = (columns * size, rows * (size + head))
        var canvas = Canvas(width: width, height: height)
        for (index, label) in labels.enumerated() {
            let most = size / (Canvas.width(of: "ab", scale: scale) - Canvas.width(of: "a", scale: scale))
            let text = label.count > most ? label.prefix(max(0, most - 1)) + "…" : label[...]
            canvas.write(
                String(text), x: index % columns * size + size / 2, y: index / columns * (size + head) + 4, scale: scale, anchor: .middle)
        }
        blank = canvas
    }

    /// - Parameter pictures: as many as there are labels, each of the strip's size.
    package func picture(_ pictures: [Picture]) -> Picture {
        var canvas = blank
        for (index, picture) in pictures.enumerated() {
            canvas.draw(picture, x: index % columns * size, y: index / columns * (size + head) + head)
        }
        return canvas.picture
    }
}
