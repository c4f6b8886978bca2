/// How far a layer of the head stands toward the viewer: a dome. In head units: chin at y = 1, crown at y = -1.
package struct DepthField {
    /// Far from the dome's middle the depth falls below this.
    var base: Float
    /// The dome's height.
    var bulge: Float
    /// Where the dome has come down to `base`, sideways and upward from the middle.
    var radius: Point

    package init(base: Float, bulge: Float, radius: Point = Point(0.8, 1.05)) {
        (self.base, self.bulge, self.radius) = (base, bulge, radius)
    }

    /// The depth and its change along x and y.
    @inline(__always)
    func at(_ place: Point) -> (depth: Float, slope: Point) {
        let scaled = place / radius
        let q = scaled.x * scaled.x + scaled.y * scaled.y
        let under = 1 / (1 + 0.35 * q)
        // (1 - q) / (1 + 0.35 q): a parabola that levels off, so that no pose folds it over.
        let change = -1.35 * bulge * under * under * 2
        return (base + bulge * (1 - q) * under, scaled / radius * change)
    }
}
