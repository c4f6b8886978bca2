import Operators
import Tensors

/// A portrait of any family that shows a flow and a mask, with what the network loses of the source added (see `SourceDetail`).
///
/// The residual may be larger than the network's pictures; the results then are, too.
public struct DetailedPortrait: EncodedPortrait {
    /// Captures the flow and the mask of the largest level while a picture is made.
    private final class Capture {
        var flow, mask: Tensor?
        private let network: any PortraitNetwork

        init(_ network: any PortraitNetwork) { self.network = network }

        func see(_ observation: Observation) {
            guard let view = network.views.first(where: { $0.name == observation.view }), observation.level + 1 == view.sides.count
            else { return }
            switch view.kind {
            case .flow: flow = observation.values
            case .mask: mask = observation.values
            default: break
            }
        }
    }

    private let portrait: any EncodedPortrait
    private let network: any PortraitNetwork
    /// (1, 3, S, S): source − G(source).
    private let residual: Tensor
    /// (1, 2, S, S): the flow with which the network rebuilds the source from itself.
    private let flow: Tensor
    /// (1, 1, S, S): the mask with which it does.
    private let mask: Tensor

    /// S, in pixels.
    public var side: Int { residual.shape[2] }

    /// Whether a network shows what detail is carried by.
    public static func isPossible(on network: any PortraitNetwork) -> Bool {
        network.view(.flow) != nil && network.view(.mask) != nil
    }

    /// - Parameters:
    ///   - portrait: encoded by `network`.
    ///   - picture: (1, 3, S, S), the source, S ≥ outputSize.
    /// - Precondition: `isPossible(on:)`.
    public init(_ portrait: any EncodedPortrait, of picture: Tensor, network: any PortraitNetwork) {
        precondition(picture.shape[2] == picture.shape[3] && picture.shape[2] >= network.outputSize, "\(picture.shape)")
        (self.portrait, self.network) = (portrait, network)
        let capture = Capture(network), side = picture.shape[2]
        let rebuilt = portrait.picture(portrait.motion, observe: capture.see)
        residual = SourceDetail.residual(of: picture, rebuilt: Self.enlarged(rebuilt, to: side))
        flow = Self.enlarged(capture.flow!, to: side)
        mask = Self.enlarged(capture.mask!, to: side)
    }

    public var motion: Tensor { portrait.motion }

    public var canonicalMotion: Tensor { portrait.canonicalMotion }

    public func edited(_ motion: Tensor, by amounts: [Float]) -> Tensor { portrait.edited(motion, by: amounts) }

    public func picture(_ motion: Tensor, observe: ((Observation) -> Void)?) -> Tensor {
        let capture = Capture(network), count = motion.shape[0]
        let generated = portrait.picture(motion) {
            capture.see($0)
            observe?($0)
        }
        return SourceDetail.added(
            to: Self.enlarged(generated, to: side), residuals: residual, indices: Array(repeating: 0, count: count),
            flow: Self.enlarged(capture.flow!, to: side), own: Repetition.forward(flow, count: count),
            masks: (Self.enlarged(capture.mask!, to: side), mask))
    }

    private static func enlarged(_ x: Tensor, to side: Int) -> Tensor {
        x.shape[2] == side ? x : Enlargement.forward(x, side: side)
    }
}
