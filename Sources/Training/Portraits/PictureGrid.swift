import Media
import Tensors

/// Pictures of one size in rows, with white lines between them.
enum PictureGrid {
    private static let gap = 2

    /// - Parameter rows: at least one, all of as many pictures.
    static func picture(_ rows: [[Picture]]) -> Picture {
        let (width, height) = (rows[0][0].width, rows[0][0].height)
        var sheet = Picture(
            width: rows[0].count * (width + gap) - gap, height: rows.count * (height + gap) - gap, red: 255, green: 255, blue: 255)
        for (row, pictures) in rows.enumerated() {
            for (column, picture) in pictures.enumerated() {
                for y in 0..<height {
                    let start = ((row * (height + gap) + y) * sheet.width + column * (width + gap)) * 3
                    sheet.pixels.replaceSubrange(
                        start..<start + 3 * width, with: picture.pixels[3 * y * width..<3 * (y + 1) * width])
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
