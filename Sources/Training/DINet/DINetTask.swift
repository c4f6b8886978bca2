import Checkpoints
import Files
import Foundation
import Media
import Networks
import Operators
import Tensors

/// Training of DINet from prepared clips and drawn people who speak: mouths painted anew beside pictures of the same person (Zhang et al. 2023).
public final class DINetTask: PortraitTask {
    public typealias Settings = DINetTrainingSettings

    public let generator: DINetGenerator
    package let discriminators: DINetDiscriminators?
    private let configuration: DINetTrainingConfiguration
    private let perceptual: PerceptualLoss
    private let mesh: MeshLoss?
    private let syncNet: SyncNet?
    private let dataset: Dataset
    /// Of what is learned from, and of what is held out.
    private let clips: (training: SpokenClips, validation: SpokenClips)
    private var sampler: SpokenSampler

    /// - Throws: `SettingError` for several processes, whose batches would have statistics of their own, for measures that are not the
    ///   initial network's, and for a SyncNet of another sound; `FileError` and `CheckpointMisfit` for the data and the files that the
    ///   settings name.
    public init(
        _ configuration: DINetTrainingConfiguration, dataset: Dataset, initial: (any PortraitNetwork)? = nil,
        processes: ProcessGroup = SingleProcess()
    ) throws {
        guard processes.size == 1 else {
            throw SettingError(
                key: "family", problem: "dinet normalizes over a whole batch, which one process must have; start lia without mpirun")
        }
        (self.configuration, self.dataset) = (configuration, dataset)
        let (network, data, losses) = (configuration.network, configuration.data, configuration.losses)
        clips = try Self.clips(configuration, dataset)
        guard data.puppets == 1 || !clips.training.films.isEmpty || !clips.training.photos.isEmpty else {
            throw FileError(
                .input, dataset.path, "shows no face that can be cut out whole around its mouth; prepare films with --crop face")
        }
        let seed = UInt64(configuration.seed)
        if let initial {
            guard let initial = initial as? DINet, initial.generator.configuration == network.measures, initial.sound == network.kind else {
                throw SettingError(key: "network", problem: "has other measures than the model that training starts from")
            }
            generator = DINetGenerator(network.measures, seed: seed)
            for (own, other) in zip(generator.parameters, initial.generator.parameters) { own.value = other.value }
        } else {
            generator = DINetGenerator(network.measures, seed: seed)
        }
        perceptual = losses.perceptualWeights.isEmpty ? SubstituteLoss() : FeatureLoss(try VGG19(Checkpoint.open(losses.perceptualWeights)))
        mesh = try MeshLoss(weight: losses.mesh, path: losses.meshNetwork, openings: losses.meshOpenings)
        discriminators = losses.adversarial > 0 ? DINetDiscriminators(network, stage: data.stage, seed: seed &+ 1) : nil
        syncNet = data.stage == "clip" && losses.sync > 0 ? try SyncNet(file: losses.syncNetwork) : nil
        if let syncNet, syncNet.soundValues != network.kind.values {
            throw SettingError(
                key: "losses.sync_network", problem: "hears \(syncNet.soundValues) values a row, and the network \(network.kind.values)")
        }
        let settings = SpokenSampler.Settings(
            frames: data.stage == "clip" ? DINetBatch.clipFrames : 1, references: network.references, puppets: Float(data.puppets),
            photos: Float(data.photos), singleReference: Float(data.singleReference), openings: Float(data.openings),
            closings: Float(data.closings), jitter: Float(data.jitter), augmentation: data.augmentation)
        sampler = SpokenSampler(settings, clips: clips.training, seed: seed &+ 3)
    }

    private static func clips(
        _ configuration: DINetTrainingConfiguration, _ dataset: Dataset
    ) throws -> (training: SpokenClips, validation: SpokenClips) {
        let data = configuration.data, network = configuration.network
        return try SpokenClips.split(
            dataset, data.split, landmarks: data.landmarks, layout: network.layout,
            features: network.kind == .letters ? (data.features, network.kind.values) : nil)
    }

    public static func settings(of network: any PortraitNetwork) -> [(key: String, value: String)]? {
        (network as? DINet).flatMap { DINetNetworkSettings.settings(of: $0) }
    }

    public static func modelSettings(_ configuration: Data) throws -> [String: String] {
        let network = try JSONDecoder().decode(Configuration.self, from: configuration).network
        return ["mouth_size": String(network.mouthSize), "sound": network.sound]
    }

    public var summary: String {
        "\(clips.training.films.count) films and \(clips.training.photos.count) photos to learn from, \(clips.validation.films.count) films "
            + "held out; \(generator.parameters.filter(\.isLearned).reduce(0) { $0 + $1.value.count }) parameters; perceptual loss: "
            + perceptual.name
    }

    public var inputs: [String] {
        let (data, losses) = (configuration.data, configuration.losses)
        let others = [data.landmarks, data.features, losses.perceptualWeights, losses.meshNetwork, losses.syncNetwork]
        return [dataset.path] + others.filter { !$0.isEmpty }
    }

    public var parameters: [Parameter] { generator.parameters }

    public var auxiliary: AuxiliaryNetwork? {
        discriminators.map { AuxiliaryNetwork(name: "discriminator", parameters: $0.parameters) }
    }

    public var dataIdentity: String { dataset.identity }

    public var randomStates: [String: UInt64] {
        get { ["samples": sampler.random.state] }
        set { newValue["samples"].map { sampler.random = RandomSource(seed: $0) } }
    }

    /// One part: its statistics are those of the whole batch.
    public func nextBatches(step: Int) -> [DINetBatch] {
        let choices = (0..<configuration.data.samples).map { _ in sampler.next() }
        let losses = configuration.losses
        return [
            DINetBatch(choices, dataset: dataset, layout: configuration.network.layout, knowsFlow: losses.flow + losses.closing > 0)
        ]
    }

    public func losses(_ batch: DINetBatch, step: Int) -> BatchLosses {
        let counts = step >= configuration.losses.adversarialFrom
        return DINetLosses(
            generator, discriminators: counts ? discriminators : nil, perceptual: perceptual, mesh: mesh, syncNet: syncNet,
            settings: configuration.losses, layout: configuration.network.layout)(batch)
    }

    // MARK: Looking at the network

    /// A network of the task's measures with the given weights, one for each of `parameters`.
    public func network(weights: [Tensor]) -> DINet {
        let result = DINetGenerator(generator.configuration, seed: 0)
        for (parameter, value) in zip(result.parameters, weights) { parameter.value = value }
        return DINet(result, mouthSize: configuration.network.mouthSize, sound: configuration.network.kind)
    }

    private var trial: DINetTrial { DINetTrial(configuration, dataset: dataset, films: clips.validation.films) }

    public func validation(weights: [Tensor]) throws -> DINetValidation? { trial.validation(network(weights: weights)) }

    public func sampleSheet(weights: [Tensor]) throws -> Picture? { trial.sheet(network(weights: weights)) }
}
