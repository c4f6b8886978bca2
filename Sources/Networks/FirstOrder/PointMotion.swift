import Foundation
import Tensors

/// The motion of a picture's key points as a row of values: for each point x and y, then, for a network with Jacobians, the Jacobian's rows.
package struct PointMotion: Equatable {
    package struct Point: Equatable {
        package var place: SIMD2<Float>
        package var jacobian: PlaneMap?
    }

    package var points: [Point]

    /// How many values a motion has.
    static func count(points: Int, hasJacobians: Bool) -> Int { points * (hasJacobians ? 6 : 2) }

    init(points: [Point]) { self.points = points }

    package init(row: [Float], hasJacobians: Bool) {
        points = stride(from: 0, to: row.count, by: hasJacobians ? 6 : 2).map { place in
            Point(
                place: SIMD2(row[place], row[place + 1]),
                jacobian: hasJacobians ? PlaneMap(row[place + 2], row[place + 3], row[place + 4], row[place + 5]) : nil)
        }
    }

    package var row: [Float] {
        points.flatMap { point -> [Float] in [point.place.x, point.place.y] + (point.jacobian?.values ?? []) }
    }

    /// (1, V).
    var tensor: Tensor {
        let row = row
        return Tensor(row, [1, row.count])
    }

    /// The rows of the key points of N pictures, (N, V).
    static func rows(_ points: KeyPoints) -> Tensor {
        let (samples, count) = (points.value.shape[0], points.value.shape[1]), places = points.value.values
        let jacobians = points.jacobian?.values
        var rows: [Float] = []
        for index in 0..<samples * count {
            rows += places[2 * index..<2 * index + 2]
            if let jacobians { rows += jacobians[4 * index..<4 * index + 4] }
        }
        return Tensor(rows, [samples, rows.count / samples])
    }

    /// The key points as the networks take them.
    var keyPoints: KeyPoints {
        let jacobians = points.compactMap(\.jacobian?.values)
        return KeyPoints(
            value: Tensor(places, [1, points.count, 2]),
            jacobian: jacobians.isEmpty ? nil : Tensor(Array(jacobians.joined()), [1, points.count, 2, 2]))
    }

    /// x and y of each point.
    private var places: [Float] { points.flatMap { point -> [Float] in [point.place.x, point.place.y] } }

    /// The area of the points' convex hull.
    package var area: Double { ConvexHull.area(places) }

    /// The motion of the source `own` that changes as the driving motion has changed since a reference: s + m·(d − d₀) and J_d·J_d₀⁻¹·J_s
    /// (Siarohin et al. 2019, section 3.4).
    ///
    /// - Parameter adaptsScale: whether m is √(area of the source's hull)/√(area of the reference's); 1 otherwise, and where a hull fails.
    package static func relative(own: PointMotion, driving: PointMotion, reference: PointMotion, adaptsScale: Bool) -> PointMotion {
        var scale: Float = 1
        if adaptsScale {
            let areas = (own.area, reference.area)
            if areas.0 > 0, areas.1 > 0 { scale = Float((areas.0).squareRoot() / (areas.1).squareRoot()) }
        }
        return PointMotion(
            points: own.points.indices.map { index in
                let (s, d, start) = (own.points[index], driving.points[index], reference.points[index])
                var jacobian: PlaneMap?
                if let mine = s.jacobian, let now = d.jacobian, let before = start.jacobian { jacobian = now * before.inverse * mine }
                return Point(place: s.place + scale * (d.place - start.place), jacobian: jacobian)
            })
    }

    /// How the points lie to each other.
    var shape: PointShape { PointShape(points.map(\.place)) }
}
