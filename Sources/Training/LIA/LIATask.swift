import Checkpoints
import Files
import Media
import Networks
import Operators
import Tensors

/// Training of LIA from prepared clips: reconstructions of frames from other frames of their clips, and a discriminator against them.
public final class LIATask: PortraitTask {
    public typealias Settings = LIASettings

    public let network: LIA
    package let discriminator: Discriminator?
    let regionDiscriminators: RegionDiscriminators?
    let configuration: LIATrainingConfiguration
    let perceptual: PerceptualLoss
    /// nil where it has no weight.
    let mesh: MeshLoss?
    let dataset: Dataset
    /// Numbers of the clips that are learned from, and of those held out.
    public let clips: (training: [Int], validation: [Int])
    private var sampler: LIABatchSampler
    let knownDirections: [KnownDirection]

    /// - Parameters:
    ///   - clips: the numbers of the clips to learn from, and of those to measure on.
    ///   - initial: a network whose weights to start from instead of random ones; the configuration may have more channels.
    ///   - processes: those that share every batch; as many as divide the configuration's groups.
    /// - Throws: `SettingError` for the number of groups and for measures that are not the initial network's; `FileError` and
    ///   `CheckpointMisfit` for the files of the perceptual network and of landmarks.
    public init(
        _ configuration: LIATrainingConfiguration, dataset: Dataset, clips: (training: [Int], validation: [Int]),
        initial: (any PortraitNetwork)? = nil, processes: ProcessGroup = SingleProcess()
    ) throws {
        let (settings, groups) = (configuration.network, configuration.data.groups)
        guard groups % processes.size == 0 else {
            throw SettingError(key: "data.groups", value: "\(groups)", allowed: "a multiple of the \(processes.size) processes")
        }
        (self.configuration, self.dataset, self.clips) = (configuration, dataset, clips)
        knownDirections = settings.knownDirections ?? []
        let seed = UInt64(configuration.seed)
        network = LIA(settings.measures, seed: seed)
        if let initial {
            guard let initial = initial as? LIA, network.holds(initial) else {
                throw SettingError(
                    key: "network", problem: "has other measures than the model that training starts from; only channels may be more")
            }
            network.begin(from: initial)
        } else if settings.startsFromCopy {
            Self.startFromCopy(network)
        }
        let (losses, weights) = (configuration.losses, configuration.losses.perceptualWeights)
        perceptual = weights.isEmpty ? SubstituteLoss() : FeatureLoss(try VGG19(Checkpoint.open(weights)))
        mesh = try MeshLoss(weight: losses.mesh, path: losses.meshNetwork, openings: losses.meshOpenings)
        discriminator =
            losses.adversarial > 0
            ? Discriminator(size: settings.size, channels: network.configuration.channels, seed: seed &+ 1) : nil
        regionDiscriminators =
            losses.adversarialRegions > 0
            ? RegionDiscriminators(size: settings.size, channels: network.configuration.channels, seed: seed &+ 3) : nil
        sampler = try LIABatchSampler(configuration, dataset: dataset, clips: clips.training, seed: seed &+ 2, processes: processes)
    }

    /// Holds out the clips that the configuration says.
    ///
    /// - Throws: what the other initializer does, and `FileError` (input) when the data are of another size, or a side of the division
    ///   would be empty.
    public convenience init(
        _ configuration: LIATrainingConfiguration, dataset: Dataset, initial: (any PortraitNetwork)? = nil,
        processes: ProcessGroup = SingleProcess()
    ) throws {
        try dataset.checkSize(configuration.network.size)
        let clips = try dataset.split(validation: configuration.data.split)
        try self.init(configuration, dataset: dataset, clips: clips, initial: initial, processes: processes)
    }

    public var weightProblem: String? {
        network.motionDictionary.dependentColumn.map {
            "direction \($0 + 1) of the motion dictionary has become a combination of those before it"
        }
    }

    /// The measures of a network as settings, for a run that starts from it; nil for a network that is none of LIA's.
    public static func settings(of network: any PortraitNetwork) -> [(key: String, value: String)]? {
        guard let measures = (network as? LIA)?.configuration else { return nil }
        return [
            ("network.size", String(measures.size)), ("network.channels", measures.channelTable), ("network.code", String(measures.code)),
            ("network.directions", String(measures.directions)), ("network.dictionary", measures.dictionary.rawValue),
            ("network.masks", String(measures.masks)), ("network.paints", String(measures.paints)),
        ]
    }

    /// Sets flow weights to zero and opens the first mask: the untrained network copies its source.
    private static func startFromCopy(_ network: LIA) {
        for parameter in network.parameters where parameter.name.hasPrefix("dec.to_flows.") {
            if parameter.name.hasSuffix(".conv.weight") { parameter.value = Tensor(zeros: parameter.shape) }
            if parameter.name == "dec.to_flows.0.bias", network.configuration.masks {
                parameter.value = Tensor([0, 0, 2], parameter.shape)
            }
        }
    }

    public var summary: String {
        "\(clips.training.count) clips to learn from, \(clips.validation.count) held out; perceptual loss: \(perceptual.name)"
    }

    public var inputs: [String] {
        let losses = configuration.losses, others = [losses.perceptualWeights, losses.meshNetwork, configuration.data.landmarks]
        return [dataset.path] + others.filter { !$0.isEmpty }
    }

    public var parameters: [Parameter] { network.parameters }

    public var auxiliary: AuxiliaryNetwork? {
        let parameters = (discriminator?.parameters ?? []) + (regionDiscriminators?.parameters ?? [])
        return parameters.isEmpty ? nil : AuxiliaryNetwork(name: "discriminator", parameters: parameters)
    }

    public func nextBatches(step: Int) -> [LIABatch] { sampler.nextBatches(step: step, isDivided: true) }

    public func nextWhole(step: Int) -> LIABatch? { sampler.nextBatches(step: step, isDivided: false)[0] }

    // MARK: State

    public var dataIdentity: String { dataset.identity }

    public var randomStates: [String: UInt64] {
        get { sampler.states }
        set { sampler.states = newValue }
    }

    // MARK: Looking at the network

    /// A network of the task's measures with the given weights, one for each of `parameters`.
    public func network(weights: [Tensor]) -> LIA {
        let result = LIA(network.configuration, seed: 0)
        for (parameter, value) in zip(result.parameters, weights) { parameter.value = value }
        return result
    }

    public func validation(weights: [Tensor]) throws -> Validation? {
        try Validation(
            network(weights: weights), dataset: dataset, clips: clips.validation, detail: configuration.network.detail)
    }

    public func sampleSheet(weights: [Tensor]) throws -> Picture? {
        try SampleSheet.picture(
            network(weights: weights), dataset: dataset, clips: clips.validation.isEmpty ? clips.training : clips.validation,
            detail: configuration.network.detail)
    }
}
