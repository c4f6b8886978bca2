import Foundation

/// A map of the plane: (x, y) → (xx·x + xy·y + x0, yx·x + yy·y + y0). Positions are in halves of a picture: −1 and 1 are its
/// outer edges, x to the right, y down, and the centre of pixel i of S stands at (2i + 1)/S − 1.
public struct AffineMap: Equatable, Sendable {
    public var xx, xy, x0: Double
    public var yx, yy, y0: Double

    public static let identity = AffineMap(xx: 1, xy: 0, x0: 0, yx: 0, yy: 1, y0: 0)
    /// Left and right exchanged.
    public static let mirror = AffineMap(xx: -1, xy: 0, x0: 0, yx: 0, yy: 1, y0: 0)

    public init(xx: Double, xy: Double, x0: Double, yx: Double, yy: Double, y0: Double) {
        (self.xx, self.xy, self.x0) = (xx, xy, x0)
        (self.yx, self.yy, self.y0) = (yx, yy, y0)
    }

    /// Scales along the axes, then shears x by `shear`·y, then turns by `degrees` (from the x axis towards the y axis), then
    /// shifts.
    public init(degrees: Double, scaleX: Double, scaleY: Double, shear: Double, shiftX: Double, shiftY: Double) {
        let c = cos(degrees * .pi / 180), s = sin(degrees * .pi / 180)
        self.init(
            xx: c * scaleX, xy: (c * shear - s) * scaleY, x0: shiftX, yx: s * scaleX, yy: (s * shear + c) * scaleY,
            y0: shiftY)
    }

    public func callAsFunction(_ x: Double, _ y: Double) -> (x: Double, y: Double) {
        (xx * x + xy * y + x0, yx * x + yy * y + y0)
    }

    /// This map after `first`.
    public func after(_ first: AffineMap) -> AffineMap {
        AffineMap(
            xx: xx * first.xx + xy * first.yx, xy: xx * first.xy + xy * first.yy, x0: xx * first.x0 + xy * first.y0 + x0,
            yx: yx * first.xx + yy * first.yx, yy: yx * first.xy + yy * first.yy, y0: yx * first.x0 + yy * first.y0 + y0)
    }

    /// - Precondition: the map does not flatten the plane.
    public var inverse: AffineMap {
        let determinant = xx * yy - xy * yx
        precondition(abs(determinant) > 1e-9, "a flat map has no inverse")
        let (a, b, c, d) = (yy / determinant, -xy / determinant, -yx / determinant, xx / determinant)
        return AffineMap(xx: a, xy: b, x0: -(a * x0 + b * y0), yx: c, yy: d, y0: -(c * x0 + d * y0))
    }
}
