import Tensors

/// A region of a picture, resampled bilinearly: turned, scaled and moved as an affine map says. There is no gradient.
public enum AffineSampling {
    /// - Parameters:
    ///   - x: (1, C, H, W).
    ///   - map: (2, 3), or more rows and columns of which these count with `translation`: pixel (column + ½, row + ½, 1) of the result ↦
    ///     the place in `x`, a pixel being an area with its middle at ½.
    ///   - translation: the column of `map` that is added.
    /// - Returns: (1, C, height, width), 0 where the map leads farther out than the middles of the outermost pixels.
    public static func forward(_ x: Tensor, map: Tensor, translation: Int = 2, height: Int, width: Int) -> Tensor {
        let (channels, high, wide) = (x.shape[1], x.shape[2], x.shape[3]), step = map.shape[map.shape.count - 1]
        precondition(x.shape[0] == 1 && translation < step && map.count >= 2 * step, "\(x.shape) by a map of \(map.shape)")
        return Operator.affineSampling.run(on: [x, map], operations: 9 * channels * height * width) {
            let result = Tensor(uninitialized: [1, channels, height, width])
            let (from, to, m) = (x.pointer, result.mutablePointer, map.pointer)
            for row in 0..<height {
                for column in 0..<width {
                    let (u, v) = (Float(column) + 0.5, Float(row) + 0.5)
                    let i = m[0] * u + m[1] * v + m[translation] - 0.5
                    let j = m[step] * u + m[step + 1] * v + m[step + translation] - 0.5
                    let target = to + row * width + column
                    // Numbers that are not finite are outside, too.
                    guard i >= 0, j >= 0, i <= Float(wide - 1), j <= Float(high - 1) else {
                        for channel in 0..<channels { target[channel * height * width] = 0 }
                        continue
                    }
                    let (left, top) = (Int(i), Int(j)), (fx, fy) = (i - Float(left), j - Float(top))
                    let (right, bottom) = (min(left + 1, wide - 1), min(top + 1, high - 1))
                    for channel in 0..<channels {
                        let plane = from + channel * high * wide, (upper, lower) = (plane + top * wide, plane + bottom * wide)
                        let above = upper[left] + (upper[right] - upper[left]) * fx
                        let below = lower[left] + (lower[right] - lower[left]) * fx
                        target[channel * height * width] = above + (below - above) * fy
                    }
                }
            }
            return result
        }
    }
}
