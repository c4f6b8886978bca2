/// What a layer shows at one point.
struct Paint {
    var color: Color
    /// How much of the pixel it covers, 0 to 1.
    var alpha: Float

    static let clear = Paint(color: .zero, alpha: 0)

    /// Lays `color` over what is painted here, without adding to what is covered.
    @inline(__always)
    mutating func cover(_ color: Color, _ alpha: Float) { self.color.cover(color, alpha) }

    /// Lays `paint` over this one.
    @inline(__always)
    mutating func add(_ paint: Paint) {
        let total = paint.alpha + alpha * (1 - paint.alpha)
        if total > 0 { color += (paint.color - color) * (paint.alpha / total) }
        alpha = total
    }
}
