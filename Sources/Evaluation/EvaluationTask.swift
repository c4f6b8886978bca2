import Networks

/// What is evaluated.
public enum EvaluationTask: Sendable {
    /// Each clip's first frame is the source, the others are the driving and the truth; absolute transfer.
    case reconstruction([EvaluationClip])
    /// Each clip's first frame is the source, another person's clip the driving; there is no truth.
    case cross([EvaluationClip])
    /// Drawn person A's first frame is the source, B in some motion the driving; the truth is A drawn in that motion.
    ///
    /// - Parameters:
    ///   - count: of pairs.
    ///   - frames: of each clip, the source's included.
    ///   - size: of the drawings, in pixels.
    case puppets(count: Int, frames: Int, size: Int)

    /// "reconstruction", "cross" or "puppets".
    public var name: String {
        switch self {
        case .reconstruction: return "reconstruction"
        case .cross: return "cross"
        case .puppets: return "puppets"
        }
    }

    /// How motion is transferred in it.
    var modes: [TransferMode] {
        if case .reconstruction = self { return [.absolute] }
        return [.absolute, .relative]
    }

    /// What is measured in it.
    var measures: [Measure] {
        if case .cross = self { return [.identityDrift, .motionCorrelation, .motionError, .jitter, .motionJitter] }
        return [.l1, .psnr, .ssim, .multiScaleSSIM]
    }
}
