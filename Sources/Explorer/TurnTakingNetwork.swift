import Networks
import Tensors

/// A network for long work beside live pages: it takes its turn for every frame.
///
/// Where the page is gone its work is dropped; what is returned then is of the right shape, and the work's next progress ends it.
final class TurnTakingNetwork: PortraitNetwork {
    static let family = LIA.family

    private let network: LIA
    private let renderer: Renderer
    private let session: String

    init(_ network: LIA, renderer: Renderer, session: String) {
        (self.network, self.renderer, self.session) = (network, renderer, session)
    }

    var size: Int { network.size }

    var usesDetail: Bool { network.usesDetail }

    func encode(source picture: Tensor, detail: Tensor?) -> LIA.Source {
        // Nothing stands in for an encoded source; the first progress ends work whose page is gone.
        renderer.wait(session) { self.network.encode(source: picture, detail: detail) }
            ?? network.encode(source: picture, detail: detail)
    }

    func motion(of source: LIA.Source) -> Tensor { network.motion(of: source) }

    func encode(driving picture: Tensor) -> Tensor {
        renderer.wait(session) { self.network.encode(driving: picture) }
            ?? Tensor(zeros: [picture.shape[0], network.configuration.directions])
    }

    func transfer(_ mode: TransferMode, driving: Tensor, reference: Tensor, source: Tensor, strength: Float) -> Tensor {
        network.transfer(mode, driving: driving, reference: reference, source: source, strength: strength)
    }

    func distance(_ a: Tensor, _ b: Tensor) -> Float { network.distance(a, b) }

    func generate(_ source: LIA.Source, motion: Tensor) -> Tensor {
        renderer.wait(session) { self.network.generate(source, motion: motion) }
            ?? Tensor(zeros: [motion.shape[0], 3, source.detail?.side ?? size, source.detail?.side ?? size])
    }
}
