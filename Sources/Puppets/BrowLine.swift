/// The curve of a brow above one place across the eye. Head units from the eye's middle, x outward from the nose.
struct BrowLine {
    /// 0 at the brow's inner end, 1 at its outer one.
    let along: Float
    /// The brow's middle.
    let middle: Float
    /// Half its thickness.
    let half: Float
    /// How much of it there is: it fades at both ends.
    let ends: Float

    /// Nil beyond the ends.
    @inline(__always)
    init?(_ identity: PuppetIdentity, _ x: Float, brows: Float) {
        along = (x + 0.19) / 0.45
        guard along > -0.15, along < 1.15 else { return nil }
        let (raised, frown) = (max(brows, 0), max(-brows, 0))
        let t = clamp(along)
        var line = -identity.browHeight - 0.075 * raised + 0.035 * frown
        line -= identity.browArch * 4 * t * (1 - t) * (1 - 0.4 * frown) - 0.03 * t * t
        line += (frown * 0.055 - raised * 0.008) * (1 - t) - identity.browTilt * (t - 0.5)
        middle = line
        half = identity.browThickness * (1 - 0.78 * t * t) * (0.6 + 0.4 * smoothStep(0, 0.3, t))
        ends = smoothStep(-0.06, 0.16, along) * smoothStep(1.06, 0.95, along)
    }
}
