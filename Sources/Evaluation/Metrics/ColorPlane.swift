import Media

/// One channel of a picture as numbers in [0, 1].
struct ColorPlane {
    let width, height: Int
    /// Rows top to bottom.
    let values: [Double]

    init(width: Int, height: Int, values: [Double]) {
        precondition(values.count == width * height, "\(values.count) values of \(width)×\(height)")
        (self.width, self.height, self.values) = (width, height, values)
    }

    /// - Parameter channel: 0 red, 1 green, 2 blue.
    init(_ picture: Picture, channel: Int) {
        self.init(
            width: picture.width, height: picture.height,
            values: (0..<picture.width * picture.height).map { Double(picture.pixels[3 * $0 + channel]) / 255 })
    }

    /// Means of 2×2 pixels. A side that is odd gets a row of zeros at both ends, which count, as the average pooling of
    /// pytorch-msssim has them.
    var halved: ColorPlane {
        let (padX, padY) = (width % 2, height % 2)
        let (columns, rows) = ((width + 2 * padX) / 2, (height + 2 * padY) / 2)
        var result = [Double](repeating: 0, count: columns * rows)
        for y in 0..<height {
            for x in 0..<width {
                let (column, row) = ((x + padX) / 2, (y + padY) / 2)
                guard column < columns, row < rows else { continue }
                result[row * columns + column] += values[y * width + x] / 4
            }
        }
        return ColorPlane(width: columns, height: rows, values: result)
    }
}
