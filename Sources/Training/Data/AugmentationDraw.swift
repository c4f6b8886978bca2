/// What was drawn for one group.
struct AugmentationDraw: Equatable, Sendable {
    let isMirrored: Bool
    let color: ColorChange
    /// From positions in the picture to positions in the (mirrored) frame.
    let affine: AffineMap
    /// A change of the face's shape, before the affine map.
    let warp: SmoothWarp?

    /// What a frame goes through before anything else.
    var mirror: AffineMap { isMirrored ? .mirror : .identity }
}
