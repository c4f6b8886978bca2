/// How points lie to each other, whatever their place and size: less their mean, and over the square root of the area of their convex hull.
package struct PointShape {
    private let points: [SIMD2<Float>]

    /// Points whose hull has no area keep their size.
    package init(_ points: [SIMD2<Float>]) {
        let mean = points.reduce(SIMD2<Float>.zero, +) / Float(max(1, points.count))
        let area = ConvexHull.area(points.flatMap { point -> [Float] in [point.x, point.y] })
        let size = area > 0 ? Float(area.squareRoot()) : 1
        self.points = points.map { ($0 - mean) / size }
    }

    /// The sum of the squared distances of each point to that of another shape.
    package func distance(to other: PointShape) -> Float {
        zip(points, other.points).reduce(Float(0)) { sum, pair in
            let difference = pair.0 - pair.1
            return sum + (difference * difference).sum()
        }
    }
}
