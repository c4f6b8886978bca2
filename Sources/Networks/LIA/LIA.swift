import Checkpoints
import Files
import Operators
import Tensors

/// Latent Image Animator (Wang, Yang, Bremond and Dantcheva, ICLR 2022): encoder, motion dictionary and generator.
public final class LIA: VideoDriven, @unchecked Sendable {
    /// A source picture, encoded once.
    public struct Source: Sendable {
        /// (1, code): z, the canonical ('reference') pose.
        public let code: Tensor
        /// From 8 px to full size, each (1, channels, H, W).
        public let features: [Tensor]
        /// (1, M): the motion that leads from the canonical pose to the source's own.
        public let magnitudes: Tensor
    }

    public static let family = "lia"
    public static let title = "LIA"
    public static let signature = "tensors such as enc.net_app.convs.0.0.weight and dec.to_flows.0.bias"

    public let configuration: LIAConfiguration
    public let encoder: Encoder
    public let motionDictionary: MotionDictionary
    public let generator: Generator
    /// Everything that is learned, in the order of its declaration.
    public let parameters: [Parameter]
    /// How relative transfer enlarges changes along each direction, M of them, none unless the model's owner says otherwise.
    public let gains: [DirectionGain]
    private let besides: [(name: String, tensor: Tensor)]

    public var inputSize: Int { configuration.size }
    public var outputSize: Int { configuration.size }
    public var motionCount: Int { configuration.directions }

    /// Tensors stand at the top of a checkpoint, or under keys of whoever saved it.
    public static func prefix(in checkpoint: Checkpoint) throws -> String? {
        try checkpoint.prefix(before: ["enc.net_app.convs.", "dec.to_flows."])
    }

    /// The network in a checkpoint; its measures come from the tensors' shapes.
    ///
    /// - Throws: `FileError` when the file holds no LIA network, `CheckpointMisfit` with every tensor that is missing,
    ///   misshapen, unknown or not finite.
    public convenience init(_ checkpoint: Checkpoint) throws {
        try self.init(checkpoint, prefix: try Self.prefix(in: checkpoint) ?? "")
    }

    /// The network among those tensors of a checkpoint whose names begin with `prefix`.
    ///
    /// - Throws: as `init(_:)`.
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
        (parameters, besides) = (builder.parameters, builder.besides)
        gains = Array(repeating: .none, count: configuration.directions)
        try builder.finish(wanted: "a complete LIA checkpoint")
    }

    /// The same network, tensors and all, with other gains.
    ///
    /// - Parameter gains: M.
    public init(_ other: LIA, gains: [DirectionGain]) {
        precondition(gains.count == other.configuration.directions, "\(gains.count) gains for \(other.configuration.directions) directions")
        (configuration, encoder, motionDictionary) = (other.configuration, other.encoder, other.motionDictionary)
        (generator, parameters, besides, self.gains) = (other.generator, other.parameters, other.besides, gains)
    }

    /// {"gen": …}, with the blur kernels, noise weights and 4 px picture that the authors' own program wants; what paints, of which it knows
    /// nothing, stands there too.
    public var authorsCheckpoint: [CheckpointMember]? {
        [CheckpointMember(key: "gen", tensors: parameters.map { ($0.name, $0.value) } + besides)]
    }

    public var measures: [NetworkMeasure] {
        let c = configuration
        let remark: String
        switch c.dictionary {
        case .orthonormal: remark = ""
        case .free: remark = " (free: not kept orthonormal)"
        case .absent: remark = " (no dictionary: the components of the path itself)"
        }
        return [
            NetworkMeasure("channels", c.channelTable), NetworkMeasure("code", c.code),
            NetworkMeasure("directions", .number(c.directions), text: "\(c.directions)\(remark)"),
            NetworkMeasure("dictionary", .text(c.dictionary.rawValue), text: nil),
            NetworkMeasure("masks", .flag(c.masks), text: c.masks ? nil : "none: warped features are used whole"),
            NetworkMeasure("paints", .flag(c.paints), text: c.paints ? "pictures show the generator\u{2019}s own features, too" : nil),
        ]
    }

    /// The directions of the motion dictionary; their range is that of the authors' linear manipulation.
    public var controls: [Control] { (1...configuration.directions).map { Control(number: $0, range: -3...3) } }

    public var views: [View] {
        let sides = configuration.levels
        return [
            View(name: "image", label: "Image", kind: .picture, explanation: "", sides: sides),
            View(
                name: "flow", label: "Flow", kind: .flow,
                explanation: "Where the portrait\u{2019}s features come from: hue is the direction, full color a distance of {scale} "
                    + "of the picture.", sides: sides),
            View(
                name: "mask", label: "Mask", kind: .mask,
                explanation: "White is taken from the warped portrait, black is made anew.", sides: sides),
            View(
                name: "features", label: "Features", kind: .features,
                explanation: "The portrait\u{2019}s own features, warped and masked; three bands of channels as red, green and blue.",
                sides: sides),
        ]
    }

    public func encode(_ picture: Tensor) -> any EncodedPortrait { LIAPortrait(network: self, source: encode(source: picture)) }

    /// - Parameter picture: (1, 3, size, size), RGB in [−1, 1].
    public func encode(source picture: Tensor) -> Source {
        let (code, features) = encoder(picture)
        return Source(code: code, features: features, magnitudes: encoder.magnitudes(code))
    }

    /// - Parameter picture: (N, 3, size, size), RGB in [−1, 1].
    /// - Returns: (N, M), the magnitudes.
    public func encode(driving picture: Tensor) -> Tensor { encoder.magnitudes(encoder.code(picture)) }

    /// The magnitudes and, as appearance, the latent code z.
    public func read(_ frame: Tensor) -> FrameReading {
        let code = encoder.code(frame)
        return FrameReading(motion: encoder.magnitudes(code), appearance: code)
    }

    public var choices: Set<TransferChoice> { [.controls, .gains] }

    public func transfer(
        _ transfer: Transfer, driving: Tensor, reference: Tensor, to portrait: any EncodedPortrait
    ) -> Tensor {
        let own = portrait.motion
        let target = self.transfer(
            transfer.mode, driving: driving, reference: reference, source: own, strength: transfer.strength,
            gains: transfer.usesGains ? gains : nil)
        guard let controls = transfer.controls else { return target }
        let (values, unmoved) = (target.values, own.values)
        return Tensor(values.indices.map { controls.contains($0 + 1) ? values[$0] : unmoved[$0] }, target.shape)
    }

    /// Section 3.4: absolute a_t, relative a_t − a_ref + a_source. A strength s scales what is added to the source's own
    /// magnitudes: a_source + s·(a − a_source). Gains g, which are not in the paper, enlarge relative motion along each direction by itself:
    /// a_source + s·g(a_t − a_ref).
    public func transfer(
        _ mode: TransferMode, driving: Tensor, reference: Tensor, source: Tensor, strength: Float, gains: [DirectionGain]? = nil
    ) -> Tensor {
        let (a, own) = (driving.values, source.values)
        switch mode {
        case .absolute:
            // With strength 1 the magnitudes are exactly the driving frame's.
            if strength == 1 { return driving }
            return Tensor(a.indices.map { own[$0] + strength * (a[$0] - own[$0]) }, driving.shape)
        case .relative:
            let start = reference.values
            return Tensor(a.indices.map { own[$0] + strength * (gains?[$0] ?? .none)(a[$0] - start[$0]) }, driving.shape)
        }
    }

    /// The distance of the two codes.
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
    /// - Returns: (N, 3, size, size), RGB, nominally in [−1, 1].
    public func generate(
        _ source: Source, magnitudes: Tensor, observe: ((_ level: Int, Warp.Result) -> Void)? = nil,
        pictures: ((_ level: Int, Tensor) -> Void)? = nil
    ) -> Tensor {
        let path = motionDictionary(magnitudes)
        let code = Sum.forward(Repetition.forward(source.code, count: path.shape[0]), path)
        return generator(code, features: source.features, observe: observe, pictures: pictures)
    }
}
