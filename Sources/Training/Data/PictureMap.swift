import Tensors

/// Where in a frame each position of a picture made from it comes from: T(x) = affine(x + warp(x)), with positions as in
/// `AffineMap`.
public struct PictureMap: Equatable, Sendable {
    public var affine: AffineMap
    /// Small enough that x + warp(x) never folds: slopes below 1.
    public var warp: SmoothWarp?

    public init(affine: AffineMap = .identity, warp: SmoothWarp? = nil) { (self.affine, self.warp) = (affine, warp) }

    /// The inverse stops when a step is shorter than this, in halves of the picture.
    private static let tolerance: Float = 1e-5

    /// The position in the frame of a position in the picture.
    @inline(__always)
    public func callAsFunction(_ x: Double, _ y: Double) -> (x: Double, y: Double) {
        guard let warp else { return affine(x, y) }
        let moved = warp.displacement(Float(x), Float(y))
        return affine(x + Double(moved.x), y + Double(moved.y))
    }

    /// The position in the picture of a position in the frame: of x + warp(x) = affine⁻¹(y) the fixed point
    /// x ← affine⁻¹(y) − warp(x), to 1e-4 of half the picture or better.
    ///
    /// - Parameters:
    ///   - inverse: the affine part's inverse, made once for many positions.
    ///   - displacement: what the warp probably does there, such as what it did at the pixel before; gets what it does.
    @inline(__always)
    func origin(
        _ x: Double, _ y: Double, inverse: AffineMap, displacement: inout SIMD2<Float>
    ) -> (x: Double, y: Double) {
        let goal = inverse(x, y)
        guard let warp else { return goal }
        let (goalX, goalY) = (Float(goal.x), Float(goal.y))
        var (nowX, nowY) = (goalX - displacement.x, goalY - displacement.y)
        for _ in 0..<40 {
            let moved = warp.displacement(nowX, nowY)
            let (nextX, nextY) = (goalX - moved.x, goalY - moved.y)
            let step = max(abs(nextX - nowX), abs(nextY - nowY))
            (nowX, nowY) = (nextX, nextY)
            if step < Self.tolerance { break }
        }
        displacement = SIMD2(goalX - nowX, goalY - nowY)
        return (Double(nowX), Double(nowY))
    }

    /// Points of the frame, with their depths, in the picture.
    func pictured(_ points: some Sequence<SIMD3<Float>>) -> [SIMD3<Float>] {
        let inverse = affine.inverse
        // Depth shrinks as breadth and height do.
        let scale = Float(abs(affine.xx * affine.yy - affine.xy * affine.yx).squareRoot())
        return points.map { point in
            var displacement = SIMD2<Float>()
            let place = origin(Double(point.x), Double(point.y), inverse: inverse, displacement: &displacement)
            return SIMD3(Float(place.x), Float(place.y), point.z / scale)
        }
    }

    /// Makes the picture: bilinear between the frame's pixels; what lies outside the frame repeats its border.
    ///
    /// - Parameters:
    ///   - frame: `size * size * 3` bytes, RGB, top row first.
    ///   - result: gets (3, size, size) values in [−1, 1], RGB.
    func render(
        _ frame: UnsafePointer<UInt8>, size: Int, color: ColorChange, into result: UnsafeMutablePointer<Float>
    ) {
        let plane = size * size
        if warp == nil, color.isIdentity, affine == .identity || affine == .mirror {
            let mirrored = affine != .identity
            for row in 0..<size {
                for column in 0..<size {
                    let pixel = frame + 3 * (row * size + (mirrored ? size - 1 - column : column))
                    let to = result + row * size + column
                    for channel in 0..<3 { to[channel * plane] = Float(pixel[channel]) / 255 * 2 - 1 }
                }
            }
            return
        }
        let a = SIMD4(Float(affine.xx), Float(affine.xy), Float(affine.yx), Float(affine.yy))
        let (shiftX, shiftY) = (Float(affine.x0), Float(affine.y0))
        for row in 0..<size {
            let y = (2 * Float(row) + 1) / Float(size) - 1
            var alongX = SIMD4<Float>(), alongY = SIMD4<Float>()
            if let warp {
                let down = SmoothWarp.weights(y)
                (alongX, alongY) = (warp.x.mixed(down), warp.y.mixed(down))
            }
            for column in 0..<size {
                var (px, py) = ((2 * Float(column) + 1) / Float(size) - 1, y)
                if warp != nil {
                    let across = SmoothWarp.weights(px)
                    px += (alongX * across).sum()
                    py += (alongY * across).sum()
                }
                let place = SIMD2(a.x * px + a.y * py + shiftX, a.z * px + a.w * py + shiftY)
                let value = color(FrameSampling.pixel(frame, size: size, place))
                let to = result + row * size + column
                to[0] = value.x
                to[plane] = value.y
                to[2 * plane] = value.z
            }
        }
    }
}
