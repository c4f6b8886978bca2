/// The distance to a shape's edge, negative inside, on a grid that is read smoothly. It is what makes an outline cheap to
/// draw at any pose and size.
struct DistanceField {
    private let low: Point
    private let cell: Float
    private let columns: Int
    private let rows: Int
    private let values: [Float]

    /// - Parameters:
    ///   - cell: the grid's step, in head units; corners are rounded by about as much.
    init(_ outline: Outline, margin: Float = 0.3, cell: Float = 0.03) {
        let points = outline.points
        var (low, high) = (points[0], points[0])
        for point in points {
            low = pointwiseMin(low, point)
            high = pointwiseMax(high, point)
        }
        low -= Point(margin, margin)
        high += Point(margin, margin)
        let columns = Int(((high.x - low.x) / cell).rounded(.up)) + 2
        let rows = Int(((high.y - low.y) / cell).rounded(.up)) + 2
        var values = [Float](repeating: 0, count: columns * rows)
        for row in 0..<rows {
            for column in 0..<columns {
                let place = low + Point(Float(column), Float(row)) * cell
                var nearest = Float.infinity
                var inside = false
                var from = points[points.count - 1]
                for to in points {
                    let (line, toPlace) = (to - from, place - from)
                    let length = line.x * line.x + line.y * line.y
                    let t = length > 0 ? clamp((toPlace.x * line.x + toPlace.y * line.y) / length) : 0
                    let away = toPlace - line * t
                    nearest = min(nearest, away.x * away.x + away.y * away.y)
                    if (from.y > place.y) != (to.y > place.y), place.x < from.x + line.x * (place.y - from.y) / line.y {
                        inside.toggle()
                    }
                    from = to
                }
                values[row * columns + column] = inside ? -nearest.squareRoot() : nearest.squareRoot()
            }
        }
        (self.low, self.cell, self.columns, self.rows, self.values) = (low, cell, columns, rows, values)
    }

    /// The distance at a point; beyond the grid, a lower bound of it.
    func at(_ place: Point) -> Float {
        let x = (place.x - low.x) / cell
        let y = (place.y - low.y) / cell
        guard x >= 0, y >= 0, x < Float(columns - 1), y < Float(rows - 1) else { return 0.25 }
        let (column, row) = (Int(x), Int(y))
        let (u, v) = (x - Float(column), y - Float(row))
        return values.withUnsafeBufferPointer { values in
            let start = row * columns + column
            let top = mix(values[start], values[start + 1], u)
            let bottom = mix(values[start + columns], values[start + columns + 1], u)
            return mix(top, bottom, v)
        }
    }
}
