import Faces

/// What a person's face looks like at rest, which tells how far its lids, brows and mouth are from there.
struct FaceOrigin: Sendable {
    /// How far open eyes' lids are apart, in breadths of the eye.
    let lids: Float
    /// As `FaceMeasures` has them, of the face at rest; no number where a photo does not tell.
    let brows, mouthWidth, mouthCorners: Float

    /// Clips of fewer frames do not tell what is rest and what expression.
    private static let fewestFrames = 20
    /// The fraction of frames in which lids are closer than those of open eyes.
    private static let blinking = 0.7

    /// Lids of a photo that are at least so far apart count as open.
    private static let openLids: Float = 0.22

    /// - Parameter measures: of the frames of one person. Of fewer than 20 the first tells lids, if they are open, and brows.
    init?(_ measures: [FaceMeasures]) {
        guard measures.count >= Self.fewestFrames else {
            guard let photo = measures.first, min(photo.leftLids, photo.rightLids) >= Self.openLids else { return nil }
            (lids, brows) = ((photo.leftLids + photo.rightLids) / 2, photo.brows)
            (mouthWidth, mouthCorners) = (.nan, .nan)
            return
        }
        func middle(_ value: (FaceMeasures) -> Float) -> Float { Self.quantile(measures.map(value), 0.5) }
        lids = Self.quantile(measures.map { ($0.leftLids + $0.rightLids) / 2 }, Self.blinking)
        (brows, mouthWidth, mouthCorners) = (middle(\.brows), middle(\.mouthWidth), middle(\.mouthCorners))
    }

    private static func quantile(_ values: [Float], _ fraction: Double) -> Float {
        values.sorted()[min(values.count - 1, Int(fraction * Double(values.count)))]
    }
}
