import Checkpoints
import Files
import Media
import Networks
import Operators
import Tensors

/// Training of DINet's SyncNet, whose own training the authors do not tell: of five mouths and nine rows of sound that belong together the score
/// is to be 1, of others 0, by least squares, as the loss that it serves wants it.
public final class SyncNetTask: PortraitTask {
    public typealias Settings = SyncNetSettings

    public let network: SyncNet
    private let configuration: SyncNetConfiguration
    private let dataset: Dataset
    private let clips: (training: SpokenClips, validation: SpokenClips)
    private var sampler: SpokenSampler

    /// Clips that a validation looks at, and the seed of their choice.
    private static let validated = 64, seed: UInt64 = 0x7379_6E63

    /// - Throws: `SettingError` for several processes and for a model to start from; `FileError` for the data.
    public init(
        _ configuration: SyncNetConfiguration, dataset: Dataset, initial: (any PortraitNetwork)? = nil,
        processes: ProcessGroup = SingleProcess()
    ) throws {
        guard processes.size == 1 else {
            throw SettingError(key: "family", problem: "syncnet is learned by one process; start lia without mpirun")
        }
        (self.configuration, self.dataset) = (configuration, dataset)
        let (network, data) = (configuration.network, configuration.data), kind = SpokenSound(rawValue: network.sound)!
        clips = try SpokenClips.split(
            dataset, data.split, landmarks: data.landmarks, layout: MouthLayout(side: network.mouthSize),
            features: kind == .letters ? (data.features, kind.values) : nil)
        guard data.puppets == 1 || !clips.training.films.isEmpty else {
            throw FileError(
                .input, dataset.path, "has no film whose faces can be cut out whole around their mouths; prepare some with --crop face")
        }
        let seed = UInt64(configuration.seed)
        self.network = SyncNet(first: 64 / network.divisor, channels: 128 / network.divisor, soundValues: kind.values, seed: seed)
        sampler = Self.sampler(configuration, clips.training, seed: seed &+ 1)
    }

    private static func sampler(_ configuration: SyncNetConfiguration, _ clips: SpokenClips, seed: UInt64) -> SpokenSampler {
        let data = configuration.data
        let settings = SpokenSampler.Settings(
            frames: DINetBatch.clipFrames, references: 0, puppets: Float(data.puppets), photos: 0, singleReference: 0,
            openings: 0, closings: 0, jitter: Float(data.jitter), augmentation: data.augmentation)
        return SpokenSampler(settings, clips: SpokenClips(films: clips.films, photos: []), seed: seed)
    }

    /// A SyncNet is no portrait network.
    public static func settings(of network: any PortraitNetwork) -> [(key: String, value: String)]? { nil }

    public var summary: String {
        "\(clips.training.films.count) films to learn from, \(clips.validation.films.count) held out; "
            + "\(network.parameters.reduce(0) { $0 + $1.value.count }) parameters"
    }

    public var inputs: [String] { [dataset.path] + [configuration.data.landmarks, configuration.data.features].filter { !$0.isEmpty } }
    public var parameters: [Parameter] { network.parameters }
    public var auxiliary: AuxiliaryNetwork? { nil }
    public var dataIdentity: String { dataset.identity }

    public var randomStates: [String: UInt64] {
        get { ["samples": sampler.random.state] }
        set { newValue["samples"].map { sampler.random = RandomSource(seed: $0) } }
    }

    /// One part.
    public func nextBatches(step: Int) -> [SyncNetBatch] { [batch(&sampler, count: configuration.data.samples)] }

    private func batch(_ sampler: inout SpokenSampler, count: Int) -> SyncNetBatch {
        let data = configuration.data, layout = MouthLayout(side: configuration.network.mouthSize)
        let choices = (0..<count).map { _ in sampler.next() }
        let painted = DINetBatch(choices, dataset: dataset, layout: layout)
        func rows(_ moved: (_ seconds: Double) -> Double) -> Tensor {
            let values = choices.flatMap { $0.sound(at: moved($0.seconds($0.targets[$0.targets.count / 2])), count: DINetBatch.clipRows) }
            return Tensor(values, painted.clipSound!.shape)
        }
        let own = rows { $0 }
        let moved = rows { seconds in
            let distance = sampler.random.uniform(in: Float(data.apart)...Float(data.farthest)), isEarlier = sampler.random.uniform() < 0.5
            return max(0, seconds + Double(isEarlier ? -distance : distance))
        }
        return SyncNetBatch(mouths: layout.mouths(DINetLosses.stacked(painted.pictures, clips: count)), own: own, moved: moved)
    }

    /// Every mouth is seen once, whatever it hears, so that what tells is the sound alone.
    public func losses(_ batch: SyncNetBatch, step: Int) -> BatchLosses {
        let seen = network.seen(batch.mouths), own = network.heard(batch.own), moved = network.heard(batch.moved)
        let share = configuration.data.others, others = batch.others
        var losses = BatchLosses()
        losses.add("in_sync", weight: 0.5) { SquaredLoss.forward(network.scores(seen: seen, heard: own), target: 1) }
        losses.add("moved", weight: 0.5 * (1 - share)) { SquaredLoss.forward(network.scores(seen: seen, heard: moved), target: 0) }
        losses.add("others", weight: 0.5 * share) {
            let scores = network.scores(
                seen: Selection.forward(seen, indices: others.map(\.mouth)), heard: Selection.forward(own, indices: others.map(\.sound)))
            return SquaredLoss.forward(scores, target: 0)
        }
        return losses
    }

    // MARK: Looking at the network

    /// A network of the task's measures with the given weights, one for each of `parameters`.
    public func network(weights: [Tensor]) -> SyncNet {
        let divisor = configuration.network.divisor
        let result = SyncNet(first: 64 / divisor, channels: 128 / divisor, soundValues: network.soundValues, seed: 0)
        for (parameter, value) in zip(result.parameters, weights) { parameter.value = value }
        return result
    }

    /// Mouths with their own sound beside the same with that of another moment.
    public func validation(weights: [Tensor]) throws -> SyncNetValidation? {
        guard !clips.validation.films.isEmpty || configuration.data.puppets > 0 else { return nil }
        let network = network(weights: weights)
        var sampler = Self.sampler(configuration, clips.validation, seed: Self.seed)
        var own: [Double] = [], other: [Double] = []
        func means(_ scores: Tensor) -> [Double] {
            let size = scores.count / scores.shape[0]
            return (0..<scores.shape[0]).map { Double(scores.values[$0 * size..<($0 + 1) * size].reduce(0, +)) / Double(size) }
        }
        while own.count < Self.validated {
            let batch = batch(&sampler, count: 16), seen = network.seen(batch.mouths)
            own += means(network.scores(seen: seen, heard: network.heard(batch.own)))
            other += means(network.scores(seen: seen, heard: network.heard(batch.moved)))
        }
        let right = zip(own, other).count { $0 > $1 }
        return SyncNetValidation(
            own: own.reduce(0, +) / Double(own.count), other: other.reduce(0, +) / Double(other.count),
            accuracy: Double(right) / Double(own.count))
    }

    public func sampleSheet(weights: [Tensor]) throws -> Picture? { nil }
}
