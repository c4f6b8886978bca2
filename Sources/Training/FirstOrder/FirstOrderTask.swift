import Checkpoints
import Files
import Foundation
import Media
import Networks
import Operators
import Tensors

/// Training of a First Order Motion Model from prepared clips: frames rebuilt from other frames of their clips, key points that move as
/// pictures do, and a discriminator.
public final class FirstOrderTask: PortraitTask {
    public typealias Settings = FirstOrderTrainingSettings

    public let networks: FirstOrderNetworks
    package let discriminator: FirstOrderDiscriminator?
    private let configuration: FirstOrderTrainingConfiguration
    private let perceptual: PerceptualLoss
    private let dataset: Dataset
    /// Numbers of the clips that are learned from, and of those held out.
    public let clips: (training: [Int], validation: [Int])
    private var sampler: FirstOrderBatchSampler

    /// - Throws: `SettingError` for several processes, whose batches would have statistics of their own, and for measures that are not the
    ///   initial network's; `FileError` and `CheckpointMisfit` for the data and the file of the perceptual network.
    public init(
        _ configuration: FirstOrderTrainingConfiguration, dataset: Dataset, initial: (any PortraitNetwork)? = nil,
        processes: ProcessGroup = SingleProcess()
    ) throws {
        try dataset.checkSize(configuration.network.size)
        guard processes.size == 1 else {
            throw SettingError(
                key: "family", problem: "fomm normalizes over a whole batch, which one process must have; start lia without mpirun")
        }
        clips = try dataset.split(validation: configuration.data.split)
        (self.configuration, self.dataset) = (configuration, dataset)
        let seed = UInt64(configuration.seed), measures = configuration.network.measures
        networks = FirstOrderNetworks(measures, seed: seed)
        if let initial {
            guard let initial = initial as? FirstOrderMotionModel, initial.networks.configuration == measures else {
                throw SettingError(key: "network", problem: "has other measures than the model that training starts from")
            }
            for (own, other) in zip(networks.parameters, initial.networks.parameters) { own.value = other.value }
        }
        let weights = configuration.losses.perceptualWeights
        perceptual = weights.isEmpty ? SubstituteLoss() : FeatureLoss(try VGG19(Checkpoint.open(weights)))
        discriminator =
            configuration.losses.adversarial > 0 ? FirstOrderDiscriminator(configuration.network.discriminator, seed: seed &+ 1) : nil
        sampler = FirstOrderBatchSampler(configuration, dataset: dataset, clips: clips.training, seed: seed &+ 2)
    }

    public static func settings(of network: any PortraitNetwork) -> [(key: String, value: String)]? {
        guard let measures = (network as? FirstOrderMotionModel)?.networks.configuration else { return nil }
        return FirstOrderNetworkSettings.settings(of: measures)
    }

    public static func modelSettings(_ configuration: Data) throws -> [String: String] {
        let settings = try JSONDecoder().decode(Configuration.self, from: configuration).network.measures.settings
        return [
            "size": String(settings.size), "temperature": String(settings.temperature),
            "keypoint_padding": String(settings.keyPointPadding),
            "heatmap_variance": String(settings.variance), "align_corners": String(settings.alignsCorners),
        ]
    }

    public var summary: String {
        "\(clips.training.count) clips to learn from, \(clips.validation.count) held out; perceptual loss: \(perceptual.name)"
    }

    public var inputs: [String] {
        let weights = configuration.losses.perceptualWeights
        return [dataset.path] + (weights.isEmpty ? [] : [weights])
    }

    public var parameters: [Parameter] { networks.parameters }

    public var auxiliary: AuxiliaryNetwork? {
        discriminator.map { AuxiliaryNetwork(name: "discriminator", parameters: $0.parameters) }
    }

    public var dataIdentity: String { dataset.identity }

    public var randomStates: [String: UInt64] {
        get { sampler.states }
        set { sampler.states = newValue }
    }

    /// One part: its statistics are those of the whole batch.
    public func nextBatches(step: Int) -> [FirstOrderBatch] { [sampler.next()] }

    public func losses(_ batch: FirstOrderBatch, step: Int) -> BatchLosses {
        let counts = step >= configuration.losses.adversarialFrom
        return FirstOrderLosses(
            networks, discriminator: counts ? discriminator : nil, perceptual: perceptual, settings: configuration.losses)(batch)
    }

    // MARK: Looking at the network

    /// A network of the task's measures with the given weights, one for each of `parameters`.
    public func network(weights: [Tensor]) -> FirstOrderMotionModel {
        let result = FirstOrderNetworks(networks.configuration, seed: 0)
        for (parameter, value) in zip(result.parameters, weights) { parameter.value = value }
        return FirstOrderMotionModel(result)
    }

    public func validation(weights: [Tensor]) throws -> Validation? {
        try Validation(network(weights: weights), dataset: dataset, clips: clips.validation, detail: false)
    }

    public func sampleSheet(weights: [Tensor]) throws -> Picture? {
        try SampleSheet.picture(
            network(weights: weights), dataset: dataset, clips: clips.validation.isEmpty ? clips.training : clips.validation, detail: false)
    }
}
