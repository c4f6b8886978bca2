import Networks
import Operators
import Tensors

/// How differently two pictures look, on a pyramid of full, 1/2, 1/4 and 1/8 size.
public protocol PerceptualLoss {
    /// What it is, said when training starts.
    var name: String { get }

    /// - Parameters:
    ///   - x, target: (N, 3, H, W), RGB in [−1, 1].
    /// - Returns: (1).
    func callAsFunction(_ x: Tensor, target: Tensor) -> Tensor
}

extension PerceptualLoss {
    /// Full, 1/2, 1/4 and 1/8 size, as far as 8 px.
    func pyramid(_ x: Tensor) -> [Tensor] {
        var levels = [x]
        while levels.count < 4, levels[levels.count - 1].shape[2] >= 16 { levels.append(Pooling.mean(levels[levels.count - 1])) }
        return levels
    }

    func sum(_ terms: [Tensor]) -> Tensor { terms.dropFirst().reduce(terms[0]) { Sum.forward($0, $1) } }
}

/// The paper's: L1 between the features of a network that knows pictures (LIA, section 3.4, equation 8).
public struct FeatureLoss: PerceptualLoss {
    let network: PerceptualNetwork

    public init(_ network: PerceptualNetwork) { self.network = network }

    public var name: String { network.name }

    public func callAsFunction(_ x: Tensor, target: Tensor) -> Tensor {
        sum(
            zip(pyramid(x), Tape.$current.withValue(nil) { pyramid(target) }).flatMap { x, target in
                // Nothing is learned from the target's side.
                let goals = Tape.$current.withValue(nil) { network.features(target) }
                return zip(network.features(x), goals).map { L1Loss.forward($0, target: $1) }
            })
    }
}

/// What serves without a file of VGG weights: L1 of the pictures, of their edges, and of random orthogonal features.
public struct SubstituteLoss: PerceptualLoss {
    private let features = RandomFeatures()

    public init() {}

    public var name: String { "multi-scale L1 of pictures, edges and random orthogonal features (no perceptual network)" }

    public func callAsFunction(_ x: Tensor, target: Tensor) -> Tensor {
        let goals = Tape.$current.withValue(nil) { pyramid(target) }
        // Edges count twice: a blurred picture is near in plain L1 and far in theirs.
        let terms = zip(pyramid(x), goals).map { x, target -> Tensor in
            let edges = L1Loss.forward(
                Differences.forward(x), target: Tape.$current.withValue(nil) { Differences.forward(target) })
            let goals = Tape.$current.withValue(nil) { features.features(target) }
            let random = sum(zip(features.features(x), goals).map { L1Loss.forward($0, target: $1) })
            return Sum.forward(Sum.forward(L1Loss.forward(x, target: target), random), Sum.forward(edges, edges))
        }
        return Sum.forward(sum(terms), Tensor(zeros: [1]), gain: 1 / Float(terms.count))
    }
}
