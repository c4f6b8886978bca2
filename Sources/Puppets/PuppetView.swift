import Media

/// A part of a picture, enlarged or not: where its pixels lie in the picture, from −1 to 1 over it, y down.
package struct PuppetView: Sendable {
    /// The distance of pixels.
    package let unit: Float
    /// The corner before the first pixel.
    package let origin: SIMD2<Float>

    package init(unit: Float, origin: SIMD2<Float>) { (self.unit, self.origin) = (unit, origin) }

    /// A picture of so many pixels on a side.
    static func whole(size: Int) -> PuppetView { PuppetView(unit: 2 / Float(size), origin: SIMD2(repeating: -1)) }

    /// The side of the whole picture in such pixels, as far as it can be drawn.
    var side: Int { max(Picture.smallestSide, Int((2 / unit).rounded())) }

    /// Where the middle of a pixel lies.
    @inline(__always)
    package func point(_ column: Int, _ row: Int) -> SIMD2<Float> { (SIMD2(Float(column), Float(row)) + 0.5) * unit + origin }

    /// Where a point of the picture lies in a square of `size` pixels on a side that begins with the first pixel: −1 and 1 are its outer edges.
    @inline(__always)
    package func place(_ point: SIMD2<Float>, size: Int) -> SIMD2<Float> { 2 * (point - origin) / (unit * Float(size)) - 1 }
}
