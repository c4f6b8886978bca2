// The few functions of a number that the drawing is made of. They use only addition, multiplication, division and square
// root, which every machine rounds alike, so that pictures are the same everywhere.

/// `value`, not beyond `low` and `high`.
@inline(__always)
func clamp(_ value: Float, _ low: Float = 0, _ high: Float = 1) -> Float { max(low, min(high, value)) }

/// 0 below `from`, 1 above `to`, smooth between; `from` may be the larger, which turns it round.
@inline(__always)
func smoothStep(_ from: Float, _ to: Float, _ value: Float) -> Float {
    let t = clamp((value - from) / (to - from))
    return t * t * (3 - 2 * t)
}

/// 1 at 0, falling smoothly to 0 at ±1.
@inline(__always)
func bump(_ value: Float) -> Float {
    let t = 1 - min(value * value, 1)
    return t * t
}

/// Between `a` (at 0) and `b` (at 1).
@inline(__always)
func mix(_ a: Float, _ b: Float, _ amount: Float) -> Float { a + (b - a) * amount }

/// How much of a pixel lies inside a shape: 1 well inside (negative distance), 0 well outside.
///
/// - Parameters:
///   - distance: to the shape's edge, negative inside.
///   - pixel: a pixel's size in the same unit.
@inline(__always)
func coverage(_ distance: Float, _ pixel: Float) -> Float { clamp(0.5 - distance / pixel) }

/// The sine and cosine of an angle in radians, to about 10⁻⁶.
package func sineAndCosine(_ angle: Float) -> (sine: Float, cosine: Float) {
    let turns = angle * 0.159_154_94
    let phase = (turns - turns.rounded()) * 6.283_185_3
    // The half angle's series, doubled.
    let half = phase * 0.5
    let square = half * half
    let s = half * (1 - square / 6 * (1 - square / 20 * (1 - square / 42 * (1 - square / 72 * (1 - square / 110)))))
    let c =
        1 - square / 2
        * (1 - square / 12 * (1 - square / 30 * (1 - square / 56 * (1 - square / 90 * (1 - square / 132)))))
    return (2 * s * c, c * c - s * s)
}
