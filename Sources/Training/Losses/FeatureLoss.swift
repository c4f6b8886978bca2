import Networks
import Operators
import Tensors

/// L1 between the features of a network that knows pictures (the perceptual loss, section 3.3).
public struct FeatureLoss: PerceptualLoss {
    let network: PerceptualNetwork

    public init(_ network: PerceptualNetwork) { self.network = network }

    public var name: String { network.name }

    public func callAsFunction(_ x: [Tensor], target: [Tensor]) -> Tensor { sum(terms(x, target)) }

    public func mean(_ x: [Tensor], target: [Tensor]) -> Tensor {
        let terms = terms(x, target)
        return Scaling.forward(sum(terms), by: 1 / Float(terms.count))
    }

    private func terms(_ x: [Tensor], _ target: [Tensor]) -> [Tensor] {
        zip(x, target).flatMap { x, target in
            // Nothing is learned from the target's side.
            let goals = Tape.$current.withValue(nil) { network.features(target) }
            return zip(network.features(x), goals).map { L1Loss.forward($0, target: $1) }
        }
    }
}
