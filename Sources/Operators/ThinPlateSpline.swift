import Foundation
import Tensors

/// Smooth random maps of the plane, one a sample: an affine map and a thin-plate spline (Bookstein 1989) over a square grid of control
/// points, W(p) = θ·[p, 1] + Σ_c w_c·d_c²·ln(d_c + 1e-6). As the First Order Motion Model has it, d_c = |x − x_c| + |y − y_c|, and the
/// one sum moves both x and y. Positions are from −1 to 1, the pixel i of n at 2i/(n − 1) − 1.
public struct ThinPlateSpline {
    /// (N, 2, 3).
    public let affine: Tensor
    /// (N, side²): w_c, row by row of the grid of control points.
    public let weights: Tensor
    private let side: Int

    /// - Parameters:
    ///   - affine: (N, 2, 3).
    ///   - weights: (N, side²) or (N, 1, side²), for control points from −1 to 1 in both directions.
    public init(affine: Tensor, weights: Tensor) {
        let count = weights.count / max(affine.shape[0], 1)
        side = Int(Double(count).squareRoot())
        precondition(affine.shape == [affine.shape[0], 2, 3] && side * side == count && side > 1, "\(affine.shape), \(weights.shape)")
        (self.affine, self.weights) = (affine, weights)
    }

    public var samples: Int { affine.shape[0] }

    /// W at some points of each sample.
    ///
    /// - Parameter points: (N, …, 2), x before y.
    /// - Returns: (N, …, 2).
    public func points(_ points: Tensor) -> Tensor {
        run(.splinePoints, points, shape: points.shape) { at, place, to in
            let (a, sum) = (affine(at), value(at, place))
            for row in 0..<2 { to[row] = a[3 * row] * place.x + a[3 * row + 1] * place.y + a[3 * row + 2] + sum }
        } backward: { at, place, arriving, to in
            let (a, slope) = (affine(at), slope(at, place)), both = arriving[0] + arriving[1]
            for axis in 0..<2 { to[axis] = arriving[0] * a[axis] + arriving[1] * a[3 + axis] + both * slope[axis] }
        }
    }

    /// ∂W/∂p at some points of each sample.
    ///
    /// - Parameter points: (N, …, 2), x before y.
    /// - Returns: (N, …, 2, 2): the rows are those of W.
    public func jacobians(_ points: Tensor) -> Tensor {
        run(.splineJacobians, points, shape: points.shape + [2]) { at, place, to in
            let (a, slope) = (affine(at), slope(at, place))
            for index in 0..<4 { to[index] = a[index / 2 * 3 + index % 2] + slope[index % 2] }
        } backward: { at, place, arriving, to in
            // The affine part is constant; both rows have the same spline.
            let curve = curvature(at, place), x = arriving[0] + arriving[2], y = arriving[1] + arriving[3]
            (to[0], to[1]) = (x * curve.xx + y * curve.xy, x * curve.xy + y * curve.yy)
        }
    }

    /// (N, H, W, 2): W at every pixel, which tells where in a picture each pixel of its transform is sampled.
    public func grid(height: Int, width: Int) -> Tensor {
        let places = Tensor(uninitialized: [samples, height, width, 2])
        for index in 0..<places.count / 2 {
            places.mutablePointer[2 * index] = Warp.linspace(index % width, width)
            places.mutablePointer[2 * index + 1] = Warp.linspace(index / width % height, height)
        }
        return points(places)
    }

    /// Pictures whose every pixel is what `pictures` show at W of its place; beyond their edges they continue as their reflections.
    ///
    /// - Parameters:
    ///   - pictures: (N, C, H, W), H and W at least 2.
    ///   - alignsCorners: how pictures are sampled (see `GridSampling`).
    /// - Returns: (N, C, H, W).
    public func transformed(_ pictures: Tensor, alignsCorners: Bool) -> Tensor {
        GridSampling.forward(
            pictures, grid: grid(height: pictures.shape[2], width: pictures.shape[3]), alignsCorners: alignsCorners, outside: .reflection)
    }

    // MARK: One point

    private func affine(_ sample: Int) -> UnsafePointer<Float> { affine.pointer + 6 * sample }

    /// Σ w·U(d), with U(d) = d²·ln(d + ε).
    private func value(_ sample: Int, _ place: SIMD2<Float>) -> Float {
        var sum: Float = 0
        forEachControl(sample, place) { weight, d, _ in sum += weight * d * d * log(d + Self.epsilon) }
        return sum
    }

    /// Σ w·U′(d)·s, with s the signs of p − p_c.
    private func slope(_ sample: Int, _ place: SIMD2<Float>) -> SIMD2<Float> {
        var sum = SIMD2<Float>()
        forEachControl(sample, place) { weight, d, signs in
            let first: Float = 2 * d * log(d + Self.epsilon) + d * d / (d + Self.epsilon)
            sum += weight * first * signs
        }
        return sum
    }

    /// Σ w·U″(d)·s·sᵀ.
    private func curvature(_ sample: Int, _ place: SIMD2<Float>) -> (xx: Float, xy: Float, yy: Float) {
        var (xx, xy, yy): (Float, Float, Float) = (0, 0, 0)
        forEachControl(sample, place) { weight, d, signs in
            let share: Float = d / (d + Self.epsilon), logarithm: Float = log(d + Self.epsilon)
            let second: Float = weight * (2 * logarithm + 4 * share - share * share)
            xx += second * signs.x * signs.x
            xy += second * signs.x * signs.y
            yy += second * signs.y * signs.y
        }
        return (xx, xy, yy)
    }

    /// Keeps the logarithm finite at control points.
    private static let epsilon: Float = 1e-6

    private static func sign(_ x: Float) -> Float { x > 0 ? 1 : x < 0 ? -1 : 0 }

    /// Hands over every control point's weight, its distance d, and the signs of the way from it.
    @inline(__always)
    private func forEachControl(
        _ sample: Int, _ place: SIMD2<Float>, _ body: (_ weight: Float, _ d: Float, _ signs: SIMD2<Float>) -> Void
    ) {
        let own = weights.pointer + sample * side * side
        for control in 0..<side * side {
            let x: Float = place.x - Warp.linspace(control % side, side)
            let y: Float = place.y - Warp.linspace(control / side, side)
            body(own[control], abs(x) + abs(y), SIMD2(Self.sign(x), Self.sign(y)))
        }
    }

    /// Runs one of the operators point by point.
    private func run(
        _ name: Operator, _ points: Tensor, shape: [Int],
        forward: (_ sample: Int, SIMD2<Float>, UnsafeMutablePointer<Float>) -> Void,
        backward: @escaping (_ sample: Int, SIMD2<Float>, _ arriving: UnsafePointer<Float>, UnsafeMutablePointer<Float>) -> Void
    ) -> Tensor {
        precondition(points.shape.first == samples && points.shape.last == 2, "\(points.shape) for \(samples) splines")
        let count = points.count / 2, each = count / samples, values = shape.reduce(1, *) / count
        func place(_ point: Int) -> SIMD2<Float> { SIMD2(points.pointer[2 * point], points.pointer[2 * point + 1]) }
        return name.run(on: [points], constants: [affine, weights], operations: 20 * count * side * side) {
            let result = Tensor(uninitialized: shape)
            Parallel.ranges(count, grain: 256) { range in
                for point in range { forward(point / each, place(point), result.mutablePointer + values * point) }
            }
            return result
        } backward: { gradient, _ in
            let dPoints = Tensor(uninitialized: points.shape)
            Parallel.ranges(count, grain: 256) { range in
                for point in range {
                    backward(point / each, place(point), gradient.pointer + values * point, dPoints.mutablePointer + 2 * point)
                }
            }
            return [dPoints]
        }
    }
}
