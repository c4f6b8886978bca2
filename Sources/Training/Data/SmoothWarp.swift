import Tensors

/// A smooth displacement of positions, given at 4×4 control points that stand at −1, −⅓, ⅓ and 1 along both axes, with
/// Catmull–Rom splines between them (end points repeated). Beyond −1 and 1 it stays as at the edge.
public struct SmoothWarp: Equatable, Sendable {
    /// The displacement's x at the control points, a row at a time, top to bottom.
    public var x: Rows
    /// The displacement's y.
    public var y: Rows

    /// Four rows of four control values each.
    public struct Rows: Equatable, Sendable {
        public var first, second, third, fourth: SIMD4<Float>

        public init(_ first: SIMD4<Float>, _ second: SIMD4<Float>, _ third: SIMD4<Float>, _ fourth: SIMD4<Float>) {
            (self.first, self.second, self.third, self.fourth) = (first, second, third, fourth)
        }

        /// The values along x, with the rows mixed by `weights`.
        @inline(__always)
        func mixed(_ weights: SIMD4<Float>) -> SIMD4<Float> {
            first * weights.x + second * weights.y + third * weights.z + fourth * weights.w
        }
    }

    public init(x: Rows, y: Rows) { (self.x, self.y) = (x, y) }

    /// Samples control values uniformly in ±`amplitude`.
    init(amplitude: Float, using random: inout RandomSource) {
        func row() -> SIMD4<Float> {
            var values = SIMD4<Float>()
            for index in 0..<4 { values[index] = random.uniform(in: -amplitude...amplitude) }
            return values
        }
        func rows() -> Rows {
            let first = row(), second = row(), third = row(), fourth = row()
            return Rows(first, second, third, fourth)
        }
        x = rows()
        y = rows()
    }

    /// How much each of the four control points along an axis counts at `position`.
    @inline(__always)
    static func weights(_ position: Float) -> SIMD4<Float> {
        let along = min(max((position + 1) * 1.5, 0), 3)
        let piece = min(Int(along), 2)
        let t = along - Float(piece)
        let a = ((-0.5 * t + 1) * t - 0.5) * t
        let b = (1.5 * t - 2.5) * t * t + 1
        let c = ((-1.5 * t + 2) * t + 0.5) * t
        let d = (0.5 * t - 0.5) * t * t
        switch piece {
        case 0: return SIMD4(a + b, c, d, 0)
        case 1: return SIMD4(a, b, c, d)
        default: return SIMD4(0, a, b, c + d)
        }
    }

    /// The displacement at a position.
    @inline(__always)
    public func displacement(_ x: Float, _ y: Float) -> (x: Float, y: Float) {
        let across = Self.weights(x), down = Self.weights(y)
        return ((self.x.mixed(down) * across).sum(), (self.y.mixed(down) * across).sum())
    }
}
