/// The curves of an eye's lids above one place across it. In half breadths of the eye from its middle, x outward from
/// the nose, y down.
struct EyeLines {
    /// 1 in the eye's middle, 0 at its corners.
    let across: Float
    /// The upper lid's edge when the eye is open.
    let openUpper: Float
    /// The upper lid's edge now.
    let upper: Float
    let lower: Float
    /// The fold above the upper lid.
    let crease: Float
    /// The middle of the lashes' stroke, and how thick it is.
    let lashes: Float
    let lashThickness: Float
    /// How far to both sides the lashes reach.
    let lashReach: Float
    /// How far the lashes turn up at the outer corner.
    let wing: Float

    /// - Parameters:
    ///   - x: where across the eye.
    ///   - blink: 0 open, 1 shut.
    ///   - brows: as in the pose.
    ///   - squint: how far the lower lid is raised.
    @inline(__always)
    init(_ identity: PuppetIdentity, _ x: Float, blink: Float, brows: Float, squint: Float) {
        across = clamp(1 - x * x)
        // The outer corner stands a little higher, and the inner one points down to the nose.
        let lean = x * 0.05
        let opening = identity.eyeOpening
        let wide = 1 + 0.14 * max(brows, 0)
        openUpper = -0.56 * opening * wide * across * (1.3 - 0.3 * across) - lean
        lower = 0.3 * opening * (1 - squint) * across * (1.15 - 0.15 * across) - lean
        upper = mix(openUpper, lower, blink)
        crease = mix(openUpper - 0.17 - 0.1 * identity.crease, lower - 0.45, blink * 0.45)
        let long = identity.lashes
        let outer = smoothStep(-0.6, 1, x)
        lashThickness = 0.05 + 0.06 * long + 0.07 * long * outer
        lashes = upper - lashThickness * 0.35
        lashReach = 1 + 0.16 * long * outer
        wing = clamp((x - 0.75) * 2) * long * 0.16
    }
}
