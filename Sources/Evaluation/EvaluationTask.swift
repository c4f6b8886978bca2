import Networks

/// What is evaluated.
public enum EvaluationTask: Sendable {
    /// Each clip's first frame is the source, the others are the driving and the truth; absolute transfer.
    case reconstruction([EvaluationClip])
    /// Each clip's first frame is the source, another person's clip the driving; there is no truth.
    case cross([EvaluationClip])
    /// Drawn person A is the source, B in some motion the driving; the truth is A drawn in that motion.
    ///
    /// - Parameters:
    ///   - count: of pairs.
    ///   - frames: of each clip, the first included.
    ///   - size: of the drawings, in pixels.
    ///   - isSamePerson: whether B is A.
    ///   - hasOtherPose: whether the source is in a pose of another moment than the driving clip's first frame.
    case puppets(count: Int, frames: Int, size: Int, isSamePerson: Bool = false, hasOtherPose: Bool = false)

    /// "reconstruction", "cross" or "puppets".
    public var name: String {
        switch self {
        case .reconstruction: return "reconstruction"
        case .cross: return "cross"
        case .puppets: return "puppets"
        }
    }

    /// How motion is transferred in it.
    var variants: [TransferVariant] {
        let absolute = TransferVariant(label: "absolute", transfer: Transfer(.absolute))
        let relative = TransferVariant(label: "relative", transfer: Transfer(.relative))
        let best = TransferVariant(label: "relative, best", transfer: Transfer(.relative), reference: .best)
        switch self {
        case .reconstruction: return [absolute]
        case .cross: return [absolute, relative]
        case .puppets: return [absolute, relative, best]
        }
    }

    /// Whether results are compared with a truth.
    var hasTruth: Bool {
        if case .cross = self { return false }
        return true
    }
}
