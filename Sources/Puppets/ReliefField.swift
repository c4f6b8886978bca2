/// The slopes of a face's surface, for light to fall on: the head's rounding, and brows, sockets, nose, cheeks, lips and
/// chin on it. On a grid in head units, read smoothly.
struct ReliefField {
    private static let low = Point(-1, -1.2)
    private static let cell: Float = 0.025
    private static let columns = 82
    private static let rows = 98
    private let slopes: [Point]

    init(_ identity: PuppetIdentity, face: DistanceField) {
        var heights = [Float](repeating: 0, count: Self.columns * Self.rows)
        for row in 0..<Self.rows {
            for column in 0..<Self.columns {
                let place = Self.low + Point(Float(column), Float(row)) * Self.cell
                heights[row * Self.columns + column] = Self.height(place, identity, face)
            }
        }
        slopes = (0..<heights.count).map { index in
            let (row, column) = (index / Self.columns, index % Self.columns)
            let (left, right) = (max(column - 1, 0), min(column + 1, Self.columns - 1))
            let (above, below) = (max(row - 1, 0), min(row + 1, Self.rows - 1))
            return Point(
                (heights[row * Self.columns + right] - heights[row * Self.columns + left])
                    / (Float(right - left) * Self.cell),
                (heights[below * Self.columns + column] - heights[above * Self.columns + column])
                    / (Float(below - above) * Self.cell))
        }
    }

    /// How far the surface stands out, in head units.
    private static func height(_ place: Point, _ identity: PuppetIdentity, _ face: DistanceField) -> Float {
        let side = abs(place.x)
        func mound(_ x: Float, _ y: Float, _ width: Float, _ tall: Float) -> Float {
            let (u, v) = ((side - x) / width, (place.y - y) / tall)
            let t = 1 - min(u * u + v * v, 1)
            return t * t
        }
        let inward = clamp(-face.at(place) / 0.5)
        var height = 0.36 * (1 - (1 - inward) * (1 - inward)).squareRoot()
        height += 0.22 * (1 - place.x * place.x - place.y * place.y * 0.7)

        let (eye, nose, mouth) = (identity.eyeHeight, identity.noseHeight, identity.mouthHeight)
        height += mound(0.3, eye - identity.browHeight, 0.3, 0.13) * 0.035
        height -= mound(identity.eyeSpacing, eye, 0.25, 0.17) * 0.06
        // The nose grows from the brows down to its tip.
        let along = clamp((place.y - (eye - 0.12)) / (nose - 0.07 - (eye - 0.12)))
        let under = smoothStep(nose + 0.02, nose - 0.06, place.y)
        let breadth = mix(0.12, 0.75 * identity.noseWidth + 0.06, along * along)
        height +=
            bump(place.x / breadth) * mix(0.025, 0.12, along) * identity.noseBridge * under * smoothStep(0, 0.15, along)
        height += mound(0, nose - 0.075, identity.noseWidth * 0.95, 0.125) * 0.07
        height += mound(identity.noseWidth * 0.78, nose - 0.035, 0.085, 0.085) * 0.04

        height += mound(0.4, 0.34, 0.32, 0.26) * mix(0.03, 0.08, identity.cheeks)
        height += mound(0, mouth, 0.34, 0.24) * 0.06
        height -= mound(0, mouth - 0.115, 0.035, 0.1) * 0.012
        height -= mound(0, mouth + 0.14, 0.2, 0.07) * 0.02
        height += mound(0, 0.88, 0.2, 0.14) * mix(0.03, 0.06, identity.chin)
        // The fold from nose to mouth deepens with age.
        let fold = bump((side - mix(0.19, 0.33, clamp((place.y - nose) / (mouth - nose)))) / 0.06)
        height -=
            fold * smoothStep(nose - 0.12, nose + 0.02, place.y) * smoothStep(mouth + 0.12, mouth - 0.02, place.y)
            * mix(0.004, 0.022, identity.age)
        return height
    }

    /// The surface's slope along x and y.
    func at(_ place: Point) -> Point {
        let x = clamp((place.x - Self.low.x) / Self.cell, 0, Float(Self.columns - 2))
        let y = clamp((place.y - Self.low.y) / Self.cell, 0, Float(Self.rows - 2))
        let (column, row) = (min(Int(x), Self.columns - 2), min(Int(y), Self.rows - 2))
        let (u, v) = (x - Float(column), y - Float(row))
        return slopes.withUnsafeBufferPointer { slopes in
            let start = row * Self.columns + column
            let top = slopes[start] + (slopes[start + 1] - slopes[start]) * u
            let bottom =
                slopes[start + Self.columns]
                + (slopes[start + Self.columns + 1] - slopes[start + Self.columns]) * u
            return top + (bottom - top) * v
        }
    }
}
