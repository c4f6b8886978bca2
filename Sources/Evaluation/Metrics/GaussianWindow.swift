import Foundation

/// The window of the structural similarities (Wang et al. 2004): a Gaussian of σ = 1.5 over 11×11 pixels that sums to 1.
enum GaussianWindow {
    /// Pixels across.
    static let side = 11

    private static let weights: [Double] = {
        let values = (0..<side).map { exp(-pow(Double($0 - side / 2), 2) / (2 * 1.5 * 1.5)) }
        let sum = values.reduce(0, +)
        return values.map { $0 / sum }
    }()

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
