/// The convex hull of points in the plane or in space.
package enum ConvexHull {
    /// The area of the hull of points in the plane, 0 where all lie on a line: the lower and the upper chain of points that are sorted by x
    /// then y (Andrew 1979).
    ///
    /// - Parameter values: x and y of each point.
    package static func area(_ values: [Float]) -> Double {
        typealias Place = SIMD2<Double>
        let points = stride(from: 0, to: values.count - 1, by: 2).map { Place(Double(values[$0]), Double(values[$0 + 1])) }
        guard points.allSatisfy({ $0.x.isFinite && $0.y.isFinite }) else { return 0 }
        let sorted = points.sorted { $0.x < $1.x || $0.x == $1.x && $0.y < $1.y }
        func cross(_ a: Place, _ b: Place) -> Double { a.x * b.y - a.y * b.x }
        func chain(_ points: [Place]) -> [Place] {
            points.reduce(into: []) { chain, point in
                while chain.count > 1, cross(chain.last! - chain[chain.count - 2], point - chain.last!) <= 0 { chain.removeLast() }
                chain.append(point)
            }
        }
        let rim = chain(sorted).dropLast() + chain(sorted.reversed()).dropLast()
        guard rim.count > 2, let first = rim.first else { return 0 }
        let corners = Array(rim)
        return corners.indices.reduce(0) { $0 + cross(corners[$1] - first, corners[($1 + 1) % corners.count] - first) } / 2
    }

    private typealias Point = SIMD3<Double>

    /// The volume of the hull, 0 where all points lie in one plane. Points are added one by one: the faces that a new point sees are
    /// replaced by those that join it to their rim.
    ///
    /// - Parameter values: x, y and z of each point.
    package static func volume(_ values: [Float]) -> Double {
        let points = stride(from: 0, to: values.count, by: 3).map {
            Point(Double(values[$0]), Double(values[$0 + 1]), Double(values[$0 + 2]))
        }
        guard let start = tetrahedron(points) else { return 0 }
        let middle = start.reduce(Point.zero) { $0 + points[$1] } / 4
        var faces: [[Int]] = []
        func add(_ a: Int, _ b: Int, _ c: Int) {
            // The normal points outward.
            faces.append(height(points, [a, b, c], middle) > 0 ? [a, c, b] : [a, b, c])
        }
        for left in 0..<4 {
            let others = start.indices.filter { $0 != left }.map { start[$0] }
            add(others[0], others[1], others[2])
        }
        for index in points.indices where !start.contains(index) {
            let seen = faces.filter { height(points, $0, points[index]) > 0 }
            guard !seen.isEmpty else { continue }
            let edges = seen.flatMap { [[$0[0], $0[1]], [$0[1], $0[2]], [$0[2], $0[0]]] }
            // An edge that is walked both ways lies between two faces that are seen.
            let rim = edges.filter { edge in !edges.contains([edge[1], edge[0]]) }
            faces.removeAll { seen.contains($0) }
            for edge in rim { add(edge[0], edge[1], index) }
        }
        return faces.reduce(0) { $0 - height(points, $1, middle) } / 6
    }

    /// Four points that do not lie in one plane.
    private static func tetrahedron(_ points: [Point]) -> [Int]? {
        guard let a = points.indices.first else { return nil }
        func farthest(_ distance: (Int) -> Double) -> Int? {
            points.indices.max { distance($0) < distance($1) }.flatMap { distance($0) > 1e-12 ? $0 : nil }
        }
        func square(_ p: Point) -> Double { (p * p).sum() }
        guard let b = farthest({ square(points[$0] - points[a]) }),
            let c = farthest({ square(cross(points[b] - points[a], points[$0] - points[a])) }),
            let d = farthest({ abs(height(points, [a, b, c], points[$0])) })
        else { return nil }
        return [a, b, c, d]
    }

    /// Six times the signed volume of a face and a point: positive outside.
    private static func height(_ points: [Point], _ face: [Int], _ point: Point) -> Double {
        let a = points[face[0]]
        return (cross(points[face[1]] - a, points[face[2]] - a) * (point - a)).sum()
    }

    private static func cross(_ a: Point, _ b: Point) -> Point {
        Point(a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x)
    }
}
