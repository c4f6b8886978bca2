import Media

/// A part of a picture, enlarged or not: where its pixels lie in the picture, from −1 to 1 over it, y down.
package struct PuppetView: Sendable {
    /// The distance of pixels.
    package let unit: Float
    /// The middle of the first pixel.
    package let first: SIMD2<Float>

    package init(unit: Float, first: SIMD2<Float>) { (self.unit, self.first) = (unit, first) }

    /// The side of the whole picture in such pixels, as far as it can be drawn.
    var side: Int { max(Picture.smallestSide, Int((2 / unit).rounded())) }

    /// Where the middle of a pixel lies.
    @inline(__always)
    package func point(_ column: Int, _ row: Int) -> SIMD2<Float> { first + SIMD2(Float(column), Float(row)) * unit }

    /// Where a point of the picture lies in a square of `size` pixels on a side that begins with the first pixel: −1 and 1 are its outer edges.
    @inline(__always)
    package func place(_ point: SIMD2<Float>, size: Int) -> SIMD2<Float> {
        (2 * (point - first) / unit + 1) / Float(size) - 1
    }
}
