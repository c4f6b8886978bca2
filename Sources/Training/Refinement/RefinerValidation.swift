import Foundation

/// How well mouths are painted that nothing was learned from.
public struct RefinerValidation: ValidationMeasures {
    /// The mean absolute difference of what is painted from the truth, of pixels in [0, 1], where it is seen; and of what was animated.
    public let l1, animatedL1: Double
    /// How strong edges are there, as part of the truth's; and of what was animated.
    public let edges, animatedEdges: Double

    public var isFinite: Bool { l1.isFinite && edges.isFinite }

    enum CodingKeys: String, CodingKey {
        case l1, edges
        case animatedL1 = "animated_l1"
        case animatedEdges = "animated_edges"
    }

    public var summary: String {
        String(format: "held-out L1 %.4f, edges %.3f of the truth's (as animated: %.4f, %.3f)", l1, edges, animatedL1, animatedEdges)
    }
}
