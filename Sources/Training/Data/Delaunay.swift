/// The triangles between points of the plane in whose circumcircles no other point lies (Bowyer 1981, Watson 1981).
package enum Delaunay {
    private struct Edge: Hashable { let a, b: Int }

    /// - Parameter points: distinct, not all on one line.
    /// - Returns: numbers of three points each, clockwise where y points down.
    package static func triangles(_ points: [SIMD2<Double>]) -> [[Int]] {
        var low = points[0], high = points[0]
        for point in points {
            low = pointwiseMin(low, point)
            high = pointwiseMax(high, point)
        }
        // Three points so far away that every circle around all others leaves them out.
        let middle = (low + high) / 2, reach = 1e4 * max(high.x - low.x, high.y - low.y, .leastNormalMagnitude), count = points.count
        let all = points + [middle + SIMD2(0, -2 * reach), middle + SIMD2(2 * reach, reach), middle + SIMD2(-2 * reach, reach)]
        var triangles = [clockwise([count, count + 1, count + 2], all)]
        for index in 0..<count {
            let point = all[index]
            var kept: [[Int]] = [], edges: Set<Edge> = []
            for triangle in triangles {
                guard isInside(point, triangle, all) else {
                    kept.append(triangle)
                    continue
                }
                for (a, b) in [(triangle[0], triangle[1]), (triangle[1], triangle[2]), (triangle[2], triangle[0])] {
                    // An edge between two removed triangles is met once in each direction.
                    if edges.remove(Edge(a: b, b: a)) == nil { edges.insert(Edge(a: a, b: b)) }
                }
            }
            triangles = kept + edges.map { clockwise([$0.a, $0.b, index], all) }
        }
        return triangles.filter { $0.allSatisfy { $0 < count } }.sorted { $0.lexicographicallyPrecedes($1) }
    }

    /// Twice the area; positive where the points run clockwise, y down.
    private static func area(_ a: SIMD2<Double>, _ b: SIMD2<Double>, _ c: SIMD2<Double>) -> Double {
        let (u, v) = (b - a, c - a)
        return u.x * v.y - u.y * v.x
    }

    private static func clockwise(_ triangle: [Int], _ points: [SIMD2<Double>]) -> [Int] {
        area(points[triangle[0]], points[triangle[1]], points[triangle[2]]) < 0 ? triangle.reversed() : triangle
    }

    /// Whether a point lies within the circumcircle of a clockwise triangle.
    private static func isInside(_ point: SIMD2<Double>, _ triangle: [Int], _ points: [SIMD2<Double>]) -> Bool {
        let (a, b, c) = (points[triangle[0]] - point, points[triangle[1]] - point, points[triangle[2]] - point)
        func square(_ vector: SIMD2<Double>) -> Double { (vector * vector).sum() }
        let first = square(a) * (b.x * c.y - c.x * b.y), second = square(b) * (a.x * c.y - c.x * a.y)
        return first - second + square(c) * (a.x * b.y - b.x * a.y) > 0
    }
}
