import Checkpoints
import Files
import Media
import Networks
import Operators
import Speech
import Tensors

/// Training of a speech model: the mouths of moments of speech, known from the phonemes that were spoken.
public final class SpeechTask: TrainedTask {
    public typealias Settings = SpeechSettings

    public let network: MouthNetwork
    private let configuration: SpeechTrainingConfiguration
    private let dataset: SpeechDataset
    private let parts: (training: [Int], sentences: [Int], voices: [Int])
    private var sampler: SpeechSampler

    /// - Throws: `SettingError` for several processes; `FileError` for data that leave nothing to learn from.
    public init(_ configuration: SpeechTrainingConfiguration, dataset: SpeechDataset, processes: ProcessGroup = SingleProcess()) throws {
        guard processes.size == 1 else {
            throw SettingError(key: "family", problem: "speech is learned by one process; start lia without mpirun")
        }
        (self.configuration, self.dataset) = (configuration, dataset)
        parts = dataset.split(configuration.data.validation)
        guard !parts.training.isEmpty else { throw FileError(.input, dataset.path, "has no utterance to learn from") }
        let seed = UInt64(configuration.seed)
        network = MouthNetwork(seed: seed)
        sampler = SpeechSampler(configuration.data, dataset: dataset, utterances: parts.training, seed: seed &+ 1)
    }

    public static func task(
        _ configuration: SpeechTrainingConfiguration, data: String, initial: (any PortraitNetwork)?, processes: ProcessGroup
    ) throws -> SpeechTask {
        try SpeechTask(configuration, dataset: SpeechDataset(path: data), processes: processes)
    }

    /// A speech model is no portrait network.
    public static func settings(of network: any PortraitNetwork) -> [(key: String, value: String)]? { nil }

    public var summary: String {
        "\(parts.training.count) utterances to learn from, \(parts.sentences.count) held out, \(parts.voices.count) of other voices; "
            + "\(network.parameterCount) parameters"
    }

    public var inputs: [String] { [dataset.path] }

    public var parameters: [Parameter] { network.parameters }

    public var auxiliary: AuxiliaryNetwork? { nil }

    public var dataIdentity: String { dataset.identity }

    public var randomStates: [String: UInt64] {
        get { ["moments": sampler.random.state] }
        set { newValue["moments"].map { sampler.random = RandomSource(seed: $0) } }
    }

    /// One part.
    public func nextBatches(step: Int) -> [SpeechBatch] { [sampler.next()] }

    public func losses(_ batch: SpeechBatch, step: Int) -> BatchLosses {
        var losses = BatchLosses()
        let difference = Sum.forward(network(batch.spectra), minus: batch.mouths), settings = configuration.losses
        losses.add("l2", weight: 1) {
            let weights = [1, Float(settings.wide), Float(settings.pucker)].map { $0.squareRoot() }
            let factors = Tensor((0..<difference.shape[0]).flatMap { _ in weights }, difference.shape)
            return SquaredLoss.forward(Product.forward(difference, factors), target: 0)
        }
        return losses
    }

    // MARK: Looking at the network

    /// A network with the given weights, one for each of `parameters`.
    public func network(weights: [Tensor]) -> MouthNetwork {
        let result = MouthNetwork(seed: 0)
        for (parameter, value) in zip(result.parameters, weights) { parameter.value = value }
        return result
    }

    public func validation(weights: [Tensor]) throws -> MouthValidation? {
        guard !parts.sentences.isEmpty || !parts.voices.isEmpty else { return nil }
        let network = network(weights: weights)
        return MouthValidation(sentences: measure(network, parts.sentences), voices: measure(network, parts.voices))
    }

    private func measure(_ network: MouthNetwork, _ utterances: [Int]) -> MouthValidation.Part? {
        guard !utterances.isEmpty else { return nil }
        var found: [Float] = [], truth: [Float] = [], isSpeech: [Bool] = []
        for index in utterances {
            let utterance = dataset.utterances[index], mouth = SpeechMouth(spectra: utterance.spectra, by: network)
            for step in 0..<utterance.steps {
                let now = mouth(at: Double(step) / Double(LogMel.stepsPerSecond))
                found += [now.open, now.wide, now.pucker]
            }
            truth += utterance.mouths
            // Before the first and after the last sound of an utterance the mouth is shut because nobody speaks.
            let open = (0..<utterance.steps).filter { utterance.mouths[3 * $0] > 0.05 }
            let spoken = (open.first ?? 0)...(open.last ?? 0)
            isSpeech += (0..<utterance.steps).map { spoken.contains($0) }
        }
        return MouthValidation.Part(found: found, truth: truth, isSpeech: isSpeech)
    }

    public func sampleSheet(weights: [Tensor]) throws -> Picture? { nil }
}
