import Checkpoints
import Files
import Operators
import Tensors

/// Latent Image Animator (Wang, Yang, Bremond and Dantcheva, ICLR 2022): encoder, motion dictionary and generator.
public final class LIA: PortraitNetwork {
    /// A source picture, encoded once.
    public struct Source {
        /// (1, code): z, the canonical ('reference') pose.
        public let code: Tensor
        /// From 8 px to full size, each (1, channels, H, W).
        public let features: [Tensor]
        /// (1, M): the motion that leads from the canonical pose to the source's own.
        public let magnitudes: Tensor
        /// What the network alone loses of the picture; nil for the network alone, as in the paper.
        public let detail: SourceDetail?
    }

    public static let family = "lia"

    public let configuration: LIAConfiguration
    public let encoder: Encoder
    public let motionDictionary: MotionDictionary
    public let generator: Generator
    /// Whether the network is meant to be used with its source's detail; how a model is used, not what it is.
    public var usesDetail = false
    /// Everything that is learned, in the order of its declaration.
    public let parameters: [Parameter]

    public var size: Int { configuration.size }

    /// The network in a checkpoint; its measures come from the tensors' shapes. Tensors may stand at the top or under "gen".
    ///
    /// - Throws: `FileError` when the file holds no LIA network, `CheckpointMisfit` with every tensor that is missing,
    ///   misshapen, unknown or not finite.
    public convenience init(_ checkpoint: Checkpoint) throws {
        try self.init(
            checkpoint, prefix: checkpoint.entries.contains { $0.name.hasPrefix("gen.") } ? "gen." : "")
    }

    /// The network among those tensors of a checkpoint whose names begin with `prefix`.
    ///
    /// - Throws: as the other.
    public convenience init(_ checkpoint: Checkpoint, prefix: String) throws {
        let builder = ParameterBuilder(checkpoint, prefix: prefix)
        try self.init(LIAConfiguration(checkpoint, prefix: prefix), builder)
        do {
            try motionDictionary.check()
        } catch let error as Orthogonalization.DependentColumn {
            throw FileError(
                .input, checkpoint.path,
                "direction \(error.column + 1) of dec.direction.weight is a combination of those before it, so that the "
                    + "dictionary has no orthonormal basis; use another checkpoint")
        }
    }

    /// A network with random weights, as training would start it.
    public convenience init(_ configuration: LIAConfiguration, seed: UInt64) {
        // Random weights fit by construction.
        try! self.init(configuration, ParameterBuilder(seed: seed))
    }

    private init(_ configuration: LIAConfiguration, _ builder: ParameterBuilder) throws {
        let scope = ParameterScope(builder)
        self.configuration = configuration
        encoder = Encoder(scope.scope("enc"), configuration)
        motionDictionary = MotionDictionary(scope.scope("dec"), configuration)
        generator = Generator(scope.scope("dec"), configuration)
        parameters = builder.parameters
        try builder.finish()
    }

    public func encode(source picture: Tensor, detail: Tensor?) -> Source {
        let (code, features) = encoder(picture)
        let plain = Source(code: code, features: features, magnitudes: encoder.magnitudes(code), detail: nil)
        return Source(
            code: code, features: features, magnitudes: plain.magnitudes,
            detail: detail.map { SourceDetail(of: $0, source: plain, network: self) })
    }

    public func motion(of source: Source) -> Tensor { source.magnitudes }

    public func encode(driving picture: Tensor) -> Tensor { encoder.magnitudes(encoder.code(picture)) }

    /// Section 3.3: absolute a_t, relative a_t − a_ref + a_source. A strength s scales what is added to the source's own
    /// magnitudes: a_source + s·(a − a_source).
    public func transfer(
        _ mode: TransferMode, driving: Tensor, reference: Tensor, source: Tensor, strength: Float
    ) -> Tensor {
        let (a, anchor, own) = (driving.values, mode == .absolute ? source.values : reference.values, source.values)
        // With strength 1 the absolute magnitudes are exactly the driving frame's.
        if mode == .absolute && strength == 1 { return driving }
        return Tensor(a.indices.map { own[$0] + strength * (a[$0] - anchor[$0]) }, driving.shape)
    }

    /// That of the two codes.
    public func distance(_ a: Tensor, _ b: Tensor) -> Float {
        motionDictionary.length(Tensor(zip(a.values, b.values).map { $0 - $1 }, a.shape))
    }

    public func generate(_ source: Source, motion: Tensor) -> Tensor { generate(source, magnitudes: motion) }

    /// The source with the given magnitudes: G(z + D·a).
    ///
    /// - Parameters:
    ///   - magnitudes: (N, M).
    ///   - observe: is shown every level's flow field, mask and warped features.
    ///   - pictures: is shown the picture as far as every level has made it; the last is the network's result.
    /// - Returns: (N, 3, size, size), or of the side of the source's detail.
    public func generate(
        _ source: Source, magnitudes: Tensor, observe: ((_ level: Int, Warp.Result) -> Void)? = nil,
        pictures: ((_ level: Int, Tensor) -> Void)? = nil
    ) -> Tensor {
        let path = motionDictionary(magnitudes)
        let code = Sum.forward(Repetition.forward(source.code, count: path.shape[0]), path)
        var flow: Tensor?, mask: Tensor?
        let generated = generator(
            code, features: source.features,
            observe: {
                (flow, mask) = ($1.flow, $1.mask)
                observe?($0, $1)
            }, pictures: pictures)
        return source.detail.map { $0.added(to: generated, flow: flow!, mask: mask!) } ?? generated
    }
}
