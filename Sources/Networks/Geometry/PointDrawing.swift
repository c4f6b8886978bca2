import Tensors

/// A picture on which points are drawn, each in a color of its own.
struct PointDrawing {
    /// (1, 3, S, S), RGB in [−1, 1].
    let picture: Tensor
    /// Of a point's dot, in pixels.
    let radius: Float

    private var height: Int { picture.shape[2] }
    private var width: Int { picture.shape[3] }

    /// - Parameter picture: (1, 3, S, S), RGB in [−1, 1]; it stays as it is.
    init(on picture: Tensor) {
        self.picture = Tensor(picture.values, picture.shape)
        radius = Float(max(2, picture.shape[3] / 64))
    }

    /// The color of a point, 0 to 1: hues that lie evenly on the circle.
    static func color(_ point: Int, of count: Int) -> SIMD3<Float> {
        let hue = Float(point) / Float(max(1, count)) * 6
        func channel(_ shift: Float) -> Float {
            min(max(abs((hue + shift).truncatingRemainder(dividingBy: 6) - 3) - 1, 0), 1)
        }
        return SIMD3(channel(0), channel(4), channel(2))
    }

    /// Draws a dot with a dark rim.
    ///
    /// - Parameter place: −1 and 1 at the middles of the border pixels.
    func point(_ place: SIMD2<Float>, _ color: SIMD3<Float>) {
        dot(place, radius + 1, .zero)
        dot(place, radius, color)
    }

    /// - Parameters:
    ///   - place: as of `point`; nothing is drawn outside the picture.
    ///   - radius: in pixels.
    func dot(_ place: SIMD2<Float>, _ radius: Float, _ color: SIMD3<Float>) {
        let (x, y) = ((place.x + 1) / 2 * Float(width - 1), (place.y + 1) / 2 * Float(height - 1)), to = picture.mutablePointer
        guard x.isFinite, y.isFinite, abs(x) < 1e6, abs(y) < 1e6 else { return }
        func range(_ center: Float, _ count: Int) -> Range<Int> {
            let first = min(count, max(0, Int(center - radius)))
            return first..<max(first, min(count, Int(center + radius) + 2))
        }
        for row in range(y, height) {
            for column in range(x, width) {
                let (u, v) = (Float(column) - x, Float(row) - y)
                guard u * u + v * v <= radius * radius else { continue }
                for channel in 0..<3 { to[(channel * height + row) * width + column] = 2 * color[channel] - 1 }
            }
        }
    }
}
