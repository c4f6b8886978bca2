import Checkpoints
import Files
import Foundation
import Media
import Networks
import Operators
import Tensors

/// Training of a mouth refiner: mouths of clips as a portrait's network rebuilds them from another frame are to become the true ones.
public final class RefinerTask: PortraitTask {
    public typealias Settings = RefinerSettings

    public let network: MouthRefiner
    package let discriminator: DINetDiscriminator?
    private let configuration: RefinerConfiguration
    private let perceptual: PerceptualLoss
    private let dataset: Dataset
    private let painter: RefinerPainter
    private let clips: (training: RefinerClips, validation: RefinerClips)
    private var sampler: RefinerSampler

    /// Groups that a validation looks at, and rows of a sheet; the seed of their choice.
    private static let validated = 24, shown = 8, seed: UInt64 = 0x6D6F_7574

    /// - Throws: `SettingError` for several processes and for measures that are not the initial network's; `FileError` and `CheckpointMisfit`
    ///   for the data, also when they are smaller than the portrait's network makes them, and for the files that the settings name.
    public init(
        _ configuration: RefinerConfiguration, dataset: Dataset, initial: (any PortraitNetwork)? = nil,
        processes: ProcessGroup = SingleProcess()
    ) throws {
        guard processes.size == 1 else {
            throw SettingError(key: "family", problem: "refiner is learned by one process; start lia without mpirun")
        }
        (self.configuration, self.dataset) = (configuration, dataset)
        let data = configuration.data, losses = configuration.losses, seed = UInt64(configuration.seed)
        let landmarks = try FaceLandmarks(path: data.landmarks, dataset: dataset), split = try dataset.split(validation: data.split)
        clips = (
            RefinerClips(dataset, clips: split.training, landmarks: landmarks),
            RefinerClips(dataset, clips: split.validation, landmarks: landmarks)
        )
        guard !clips.training.clips.isEmpty else {
            throw FileError(.input, dataset.path, "has no film that shows a face in some of its frames; prepare some with --crop face")
        }
        let checkpoint = try Checkpoint.open(Self.weights(data.portrait))
        guard let prefix = try LIA.prefix(in: checkpoint) else {
            throw FileError(.input, data.portrait, "is no model of LIA; name the folder of one in data.portrait")
        }
        let portrait = PortraitModel(name: "portrait", network: try LIA(checkpoint, prefix: prefix), usesDetail: true)
        guard dataset.size >= portrait.network.outputSize else {
            throw FileError(
                .input, dataset.path,
                "has frames of \(dataset.size) px, and \(data.portrait) makes \(portrait.network.outputSize); prepare larger ones with --size"
            )
        }
        painter = RefinerPainter(dataset: dataset, portrait: portrait)
        network = MouthRefiner(channels: configuration.network.widths, seed: seed)
        if let initial {
            guard let initial = initial as? MouthRefiner, initial.channels == network.channels else {
                throw SettingError(key: "network", problem: "has other measures than the model that training starts from")
            }
            for (own, other) in zip(network.parameters, initial.parameters) { own.value = other.value }
        }
        perceptual = losses.perceptualWeights.isEmpty ? SubstituteLoss() : FeatureLoss(try VGG19(Checkpoint.open(losses.perceptualWeights)))
        discriminator =
            losses.adversarial > 0
            ? DINetDiscriminator(
                inputs: 8, channels: configuration.network.discriminatorChannels, most: configuration.network.discriminatorMost,
                seed: seed &+ 1)
            : nil
        sampler = RefinerSampler(data, clips: clips.training, seed: seed &+ 2)
    }

    private static func weights(_ portrait: String) -> String {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: portrait, isDirectory: &isFolder) && isFolder.boolValue
            ? (portrait as NSString).appendingPathComponent("weights.safetensors") : portrait
    }

    public static func settings(of network: any PortraitNetwork) -> [(key: String, value: String)]? {
        (network as? MouthRefiner).map { [("network.channels", $0.channels.map(String.init).joined(separator: " "))] }
    }

    public var summary: String {
        "\(clips.training.clips.count) films to learn from, \(clips.validation.clips.count) held out; "
            + "\(network.parameterCount) parameters; perceptual loss: \(perceptual.name)"
    }

    public var inputs: [String] {
        let data = configuration.data
        return [dataset.path, data.landmarks, data.portrait, configuration.losses.perceptualWeights].filter { !$0.isEmpty }
    }

    public var parameters: [Parameter] { network.parameters }

    public var auxiliary: AuxiliaryNetwork? {
        discriminator.map { AuxiliaryNetwork(name: "discriminator", parameters: $0.parameters) }
    }

    public var dataIdentity: String { dataset.identity }

    public var randomStates: [String: UInt64] {
        get { ["samples": sampler.random.state] }
        set { newValue["samples"].map { sampler.random = RandomSource(seed: $0) } }
    }

    /// One part: the discriminator's step comes before the network's.
    public func nextBatches(step: Int) -> [RefinerBatch] {
        [painter.batch((0..<configuration.data.groups).map { _ in sampler.next() })]
    }

    public func losses(_ batch: RefinerBatch, step: Int) -> BatchLosses {
        let counts = step >= configuration.losses.adversarialFrom
        return RefinerLosses(
            network, discriminator: counts ? discriminator : nil, perceptual: perceptual, settings: configuration.losses)(batch)
    }

    // MARK: Looking at the network

    /// A network of the task's measures with the given weights, one for each of `parameters`.
    public func network(weights: [Tensor]) -> MouthRefiner {
        let result = MouthRefiner(channels: network.channels, seed: 0)
        for (parameter, value) in zip(result.parameters, weights) { parameter.value = value }
        return result
    }

    /// The same mouths of held-out films every time, of one group each.
    private func looked(_ count: Int) -> [RefinerBatch] {
        guard !clips.validation.clips.isEmpty else { return [] }
        var sampler = RefinerSampler(configuration.data, clips: clips.validation, seed: Self.seed)
        return (0..<count).map { _ in
            let choice = sampler.next()
            return painter.batch([
                RefinerChoice(
                    clip: choice.clip, source: choice.source, targets: Array(choice.targets.prefix(2)),
                    augmentation: SampledAugmentation(isMirrored: false, color: .identity, affine: .identity, warp: nil),
                    jitter: Array(repeating: SIMD3(0, 0, 1), count: 3))
            ])
        }
    }

    public func validation(weights: [Tensor]) throws -> RefinerValidation? {
        let network = network(weights: weights), batches = looked(Self.validated)
        guard !batches.isEmpty else { return nil }
        var sums = [Double](repeating: 0, count: 5), seen = 0.0
        for batch in batches {
            let painted = network(batch.animated, source: batch.sources, lips: batch.lips, region: batch.region).picture
            let region = batch.region.values, truth = batch.pictures.values
            seen += Double(region.reduce(0, +))
            for (place, picture) in [painted.values, batch.animated.values].enumerated() {
                for index in region.indices { sums[place] += Double(region[index] * abs(picture[index] - truth[index]) / 2) }
            }
            for (place, picture) in [painted, batch.animated, batch.pictures].enumerated() {
                sums[place + 2] += Differences.forward(Product.forward(batch.region, picture)).values.reduce(0) { $0 + Double(abs($1)) }
            }
        }
        return RefinerValidation(
            l1: sums[0] / seen, animatedL1: sums[1] / seen, edges: sums[2] / sums[4], animatedEdges: sums[3] / sums[4])
    }

    /// Rows of a source, an animated mouth, what is painted, the truth, and how much of the animated one stays.
    public func sampleSheet(weights: [Tensor]) throws -> Picture? {
        let network = network(weights: weights), batches = looked(Self.shown)
        guard !batches.isEmpty else { return nil }
        return PictureGrid.picture(
            batches.flatMap { batch -> [[Picture]] in
                let painting = network(batch.animated, source: batch.sources, lips: batch.lips, region: batch.region)
                return (0..<batch.animated.shape[0]).map { row in
                    [batch.sources, batch.animated, painting.picture, batch.pictures].map { Picture(Selection.forward($0, indices: [row])) }
                        + [PictureGrid.mask(Selection.forward(painting.mask!, indices: [row]))]
                }
            })
    }
}

extension SettingGroup<RefinerSettings.Network> {
    /// The channels as numbers.
    fileprivate var widths: [Int] { RefinerSettings.Network.numbers(self.channels)! }
}
