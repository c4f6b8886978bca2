import Foundation

/// A map of the plane that turns, scales and shifts: p ↦ s·R(angle)·p + shift.
public struct Similarity: Equatable, Sendable {
    /// The first row of s·R is (a, −b), the second (b, a).
    public let a, b: Float
    public let shift: SIMD2<Float>

    /// The map that takes points nearest to others, by the least sum of squared distances; nil where all the points are one.
    public init?(from points: [SIMD2<Float>], to others: [SIMD2<Float>]) {
        precondition(points.count == others.count && !points.isEmpty, "\(points.count) points for \(others.count)")
        let count = Float(points.count)
        let middle = points.reduce(.zero, +) / count, other = others.reduce(.zero, +) / count
        var (dot, cross, spread) = (Float(0), Float(0), Float(0))
        for (p, q) in zip(points, others) {
            let (u, v) = (p - middle, q - other)
            dot += u.x * v.x + u.y * v.y
            cross += u.x * v.y - u.y * v.x
            spread += u.x * u.x + u.y * u.y
        }
        guard spread > 0 else { return nil }
        (a, b) = (dot / spread, cross / spread)
        shift = other - SIMD2(a * middle.x - b * middle.y, b * middle.x + a * middle.y)
    }

    /// The square that a square becomes.
    public func moved(_ square: FaceRectangle) -> FaceRectangle {
        FaceRectangle(
            x: a * square.x - b * square.y + shift.x, y: b * square.x + a * square.y + shift.y,
            side: square.side * (a * a + b * b).squareRoot(), angle: square.angle + atan2(b, a))
    }
}
