import Testing
import Tensors
import Training

@Suite struct DelaunayTests {
    private static func points(_ count: Int) -> [SIMD2<Double>] {
        var random = RandomSource(seed: 5)
        return (0..<count).map { _ in SIMD2(Double(random.uniform()), Double(random.uniform())) }
    }

    private func area(_ a: SIMD2<Double>, _ b: SIMD2<Double>, _ c: SIMD2<Double>) -> Double {
        ((b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)) / 2
    }

    /// No point lies within the circle through a triangle's corners.
    @Test func circumcirclesAreEmpty() {
        let points = Self.points(60)
        for triangle in Delaunay.triangles(points) {
            let (a, b, c) = (points[triangle[0]], points[triangle[1]], points[triangle[2]])
            #expect(area(a, b, c) > 0, "clockwise where y points down")
            let d = 2 * (a.x * (b.y - c.y) + b.x * (c.y - a.y) + c.x * (a.y - b.y))
            let (aa, bb, cc) = ((a * a).sum(), (b * b).sum(), (c * c).sum())
            let center = SIMD2(
                (aa * (b.y - c.y) + bb * (c.y - a.y) + cc * (a.y - b.y)) / d, (aa * (c.x - b.x) + bb * (a.x - c.x) + cc * (b.x - a.x)) / d)
            let radius = ((a - center) * (a - center)).sum()
            for (index, point) in points.enumerated() where !triangle.contains(index) {
                #expect(((point - center) * (point - center)).sum() >= radius * (1 - 1e-9))
            }
        }
    }

    /// Together they cover the convex hull: a square's corners with points inside give 2·n − 2 − 4 triangles and the square's area.
    @Test func triangulationsAreComplete() {
        let inner = Self.points(40).map { $0 * 0.9 + 0.05 }, points = inner + [[0, 0], [1, 0], [1, 1], [0, 1]]
        let triangles = Delaunay.triangles(points)
        #expect(triangles.count == 2 * points.count - 2 - 4)
        #expect(abs(triangles.reduce(0) { $0 + area(points[$1[0]], points[$1[1]], points[$1[2]]) } - 1) < 1e-9)
        #expect(Delaunay.triangles([[0, 0], [1, 0], [0, 1]]) == [[0, 1, 2]])
    }
}
