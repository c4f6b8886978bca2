import Networks
import Operators
import Tensors

/// L1 of the pictures, of their edges and of random orthogonal features: a perceptual loss that needs no file of weights.
public struct SubstituteLoss: PerceptualLoss {
    let features = RandomFeatures()

    public init() {}

    public var name: String { "multi-scale L1 of pictures, edges and random orthogonal features (no perceptual network)" }

    public func callAsFunction(_ x: [Tensor], target: [Tensor]) -> Tensor {
        // Edges count twice: a blurred picture is near in plain L1 and far in that of edges.
        let terms = zip(x, target).map { x, target -> Tensor in
            let edges = L1Loss.forward(
                Differences.forward(x), target: Tape.$current.withValue(nil) { Differences.forward(target) })
            let goals = Tape.$current.withValue(nil) { features.features(target) }
            let random = sum(zip(features.features(x), goals).map { L1Loss.forward($0, target: $1) })
            return Sum.forward(Sum.forward(L1Loss.forward(x, target: target), random), Sum.forward(edges, edges))
        }
        return Sum.forward(sum(terms), Tensor(zeros: [1]), gain: 1 / Float(terms.count))
    }

    public func mean(_ x: [Tensor], target: [Tensor]) -> Tensor { self(x, target: target) }
}
