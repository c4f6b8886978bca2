import Foundation

/// A linear map of the plane, [a b; c d].
package struct PlaneMap: Equatable {
    package var a, b, c, d: Float

    package init(_ a: Float, _ b: Float, _ c: Float, _ d: Float) { (self.a, self.b, self.c, self.d) = (a, b, c, d) }

    /// A turn by an angle in radians, from x toward y, and then a factor.
    package init(turn: Float, factor: Float) { self.init(factor * cos(turn), -factor * sin(turn), factor * sin(turn), factor * cos(turn)) }

    package static func * (_ x: PlaneMap, _ y: PlaneMap) -> PlaneMap {
        PlaneMap(x.a * y.a + x.b * y.c, x.a * y.b + x.b * y.d, x.c * y.a + x.d * y.c, x.c * y.b + x.d * y.d)
    }

    /// Row by row.
    package var values: [Float] { [a, b, c, d] }

    package var determinant: Float { a * d - b * c }

    /// Not finite where the determinant is 0.
    package var inverse: PlaneMap { PlaneMap(d / determinant, -b / determinant, -c / determinant, a / determinant) }

    /// The angle of the turn that is nearest to the map, in radians.
    package var turn: Float { atan2(c - b, a + d) }

    /// The square root of how much larger areas become.
    package var factor: Float { abs(determinant).squareRoot() }

    /// This map, changed toward another by a fraction.
    func moved(toward other: PlaneMap, by fraction: Float) -> PlaneMap {
        PlaneMap(a + fraction * (other.a - a), b + fraction * (other.b - b), c + fraction * (other.c - c), d + fraction * (other.d - d))
    }
}
