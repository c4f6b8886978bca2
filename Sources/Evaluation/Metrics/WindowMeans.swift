import Operators

extension GaussianWindow {
    /// The weighted means under the window, wherever it lies wholly inside.
    ///
    /// - Parameter plane: `width * height` values, rows top to bottom; both sides at least `side`.
    /// - Returns: (width − 10)·(height − 10) values.
    static func means(_ plane: [Double], width: Int, height: Int) -> [Double] {
        precondition(plane.count == width * height && width >= side && height >= side, "\(width)×\(height)")
        let (columns, rows) = (width - side + 1, height - side + 1)
        // Along rows first, then along columns.
        var across = [Double](repeating: 0, count: columns * height)
        var result = [Double](repeating: 0, count: columns * rows)
        weights.withUnsafeBufferPointer { weights in
            plane.withUnsafeBufferPointer { from in
                across.withUnsafeMutableBufferPointer { to in
                    for y in 0..<height {
                        for tap in 0..<side {
                            let weight = weights[tap], start = y * width + tap
                            for x in 0..<columns { to[y * columns + x] += weight * from[start + x] }
                        }
                    }
                }
            }
            across.withUnsafeBufferPointer { from in
                result.withUnsafeMutableBufferPointer { to in
                    for y in 0..<rows {
                        for tap in 0..<side {
                            let weight = weights[tap], start = (y + tap) * columns
                            for x in 0..<columns { to[y * columns + x] += weight * from[start + x] }
                        }
                    }
                }
            }
        }
        return result
    }
}
