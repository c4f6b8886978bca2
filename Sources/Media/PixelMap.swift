/// An affine map of pixels, (x, y) ↦ (m₀x + m₁y + m₂, m₃x + m₄y + m₅), where a pixel's coordinate is its index.
public struct PixelMap: Equatable, Sendable {
    /// Six values, row by row.
    public let values: [Float]

    public init(_ values: [Float]) {
        precondition(values.count == 6, "\(values.count) values of an affine map")
        self.values = values
    }

    /// The map back, rounded to float32; of a map that takes a plane to a line, one that takes all to one point.
    public var inverse: PixelMap { PixelMap(inverted.map { Float($0) }) }

    /// The map back in float64, computed as OpenCV does.
    package var inverted: [Double] {
        let m = values.map { Double($0) }, determinant = m[0] * m[4] - m[1] * m[3]
        let d = determinant == 0 ? 0 : 1 / determinant
        let (a, b, c, e) = (m[4] * d, -m[1] * d, -m[3] * d, m[0] * d)
        return [a, b, -a * m[2] - b * m[5], c, e, -c * m[2] - e * m[5]]
    }

    /// Where a place goes.
    public func callAsFunction(_ x: Float, _ y: Float) -> SIMD2<Float> {
        SIMD2(values[0] * x + values[1] * y + values[2], values[3] * x + values[4] * y + values[5])
    }
}
