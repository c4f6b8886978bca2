import Media
import Networks

/// Whether a portrait is brought to one pose, whatever its own: the latent path of the paper (section 3.1) starts at a canonical picture
/// x_r, made from the code without any motion. Of frames of one person the canonical pictures should be alike.
struct CanonicalPose {
    /// Frames of a clip that are compared, each with each.
    static let frames = 8

    private var own: [Picture] = [], canonical: [Picture] = []

    /// The frames to be compared of a clip of `count`, spread evenly from its first to its last.
    static func indices(of count: Int) -> Set<Int> {
        Set((0..<frames).map { $0 * (count - 1) / (frames - 1) })
    }

    /// Counts a frame.
    ///
    /// - Parameter size: of what is compared, in pixels.
    mutating func add(_ picture: Picture, _ model: EvaluatedModel, size: Int) throws {
        let portrait = try model.portrait(picture, size: size)
        // A family without a canonical pose stays in its own.
        guard portrait.canonicalMotion.values != portrait.motion.values else { return }
        own.append(picture.width == size ? picture : picture.resized(width: size, height: size))
        canonical.append(model.frame(portrait, motion: portrait.canonicalMotion, size: size))
    }

    /// Mean L1 between every two canonical pictures, divided by that between every two frames; nil for fewer than two frames, frames that
    /// are all alike, and families without a canonical pose.
    var difference: Double? {
        let whole = Self.pairwise(own)
        return whole > 0 ? Self.pairwise(canonical) / whole : nil
    }

    private static func pairwise(_ pictures: [Picture]) -> Double {
        var sum = 0.0
        for (index, picture) in pictures.enumerated() {
            for other in pictures[..<index] { sum += AbsoluteDifference.between(picture, other) }
        }
        return sum
    }
}
