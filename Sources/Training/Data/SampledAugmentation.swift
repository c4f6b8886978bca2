/// The changes of the frames of one group, sampled from an `Augmentation`.
struct SampledAugmentation: Equatable, Sendable {
    let isMirrored: Bool
    let color: ColorChange
    /// From positions in the picture to positions in the (mirrored) frame.
    let affine: AffineMap
    /// A change of the face's shape, before the affine map.
    let warp: SmoothWarp?

    /// The map of a frame before any other.
    var mirror: AffineMap { isMirrored ? .mirror : .identity }
}
