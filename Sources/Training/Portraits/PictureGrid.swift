import Media
import Tensors

/// Pictures of one size in rows, with white lines between them.
enum PictureGrid {
    private static let gap = 2

    /// - Parameters:
    ///   - rows: at least one, all of as many pictures.
    ///   - side: of every picture, in pixels.
    static func picture(_ rows: [[Picture]], side: Int) -> Picture {
        let step = side + gap
        var sheet = Picture(
            width: rows[0].count * step - gap, height: rows.count * step - gap, red: 255, green: 255, blue: 255)
        for (row, pictures) in rows.enumerated() {
            for (column, picture) in pictures.enumerated() {
                for y in 0..<side {
                    let start = ((row * step + y) * sheet.width + column * step) * 3
                    sheet.pixels.replaceSubrange(
                        start..<start + 3 * side, with: picture.pixels[3 * y * side..<3 * (y + 1) * side])
                }
            }
        }
        return sheet
    }

    /// A mask as a picture: 0 black, 1 white, and black where it is no number.
    ///
    /// - Parameter mask: (1, 1, H, W).
    static func mask(_ mask: Tensor) -> Picture {
        let values = mask.values
        return Picture(width: mask.shape[3], height: mask.shape[2]) { pixels in
            for p in values.indices {
                let level = values[p] > 0 ? UInt8(255 * min(values[p], 1)) : 0
                for channel in 0..<3 { pixels[3 * p + channel] = level }
            }
        }
    }
}
