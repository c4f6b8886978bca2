/// The curves of a mouth at one place across it, in head units from the mouth's height, y down: the upper lip from `top` to
/// `upper`, the gap from there to `lower`, the lower lip from there to `bottom`.
struct MouthLines {
    /// 1 in the middle, 0 at the corners and beyond.
    let width: Float
    /// Where closed lips meet.
    let line: Float
    let top: Float
    let upper: Float
    let lower: Float
    let bottom: Float

    /// - Parameters:
    ///   - across: -1 at the corner on the picture's left, 1 at the other.
    ///   - open: how far the lips are apart in the middle.
    ///   - upperLip: how thick it is in the middle, and the lower one.
    @inline(__always)
    init(_ across: Float, open: Float, smile: Float, pucker: Float, upperLip: Float, lowerLip: Float) {
        width = clamp(1 - across * across)
        let corner = clamp(across * across, 0, 1.3)
        line = (smile * 0.85 + 0.42) * (0.022 - 0.085 * corner) - 0.012 * bump(across / 0.5) * (1 - pucker)
        let round = width.squareRoot() * (0.5 + 0.5 * width)
        upper = line - open * 0.14 * round
        lower = line + open * round
        let bow = 1 - 0.3 * bump(across / 0.26) * (1 - pucker)
        top = upper - upperLip * bow * (0.35 + 0.65 * width) * width.squareRoot()
        bottom = lower + lowerLip * (0.25 + 0.75 * width) * width.squareRoot()
    }

    /// The teeth's lower edge.
    @inline(__always)
    func teethEdge(open: Float, smile: Float) -> Float {
        upper + (0.07 + 0.015 * clamp(smile)) * (0.75 + 0.25 * width) * smoothStep(0.0, 0.06, open)
    }
}
