import Checkpoints
import Files
import Foundation
import Media
import Networks

/// A training run in its folder: `configuration.json`, `checkpoint.safetensors` (the newest, always whole), `metrics.jsonl` (a line
/// a step and a line a validation), and `sheets/` (pictures of what the network does).
public final class TrainingRun {
    public let folder: String
    public let trainer: Trainer
    public let dataset: Dataset
    private let processes: ProcessGroup
    /// Numbers of the clips that are learned from, and of those held out.
    public let clips: (training: [Int], validation: [Int])

    /// Asked after every step; `run` then ends with a checkpoint of that step. Never asked of one process among several, which would
    /// leave the others waiting.
    public var shouldStop: () -> Bool = { false }

    private static let configurationName = "configuration.json"
    private static let checkpointName = "checkpoint.safetensors"
    private static let metricsName = "metrics.jsonl"

    public static func checkpointPath(_ folder: String) -> String { path(folder, checkpointName) }

    /// Whether the run of a checkpoint learned with its sources' detail; not where the checkpoint does not say.
    public static func usesDetail(_ checkpoint: Checkpoint) -> Bool {
        let text = Data((checkpoint.metadata["configuration"] ?? "").utf8)
        let settings = (try? JSONSerialization.jsonObject(with: text)) as? [String: Any]
        return settings?[TrainingConfiguration.CodingKeys.detail.rawValue] as? Bool ?? false
    }

    private static func path(_ folder: String, _ name: String) -> String { (folder as NSString).appendingPathComponent(name) }

    /// Begins a run in a new folder.
    ///
    /// - Parameters:
    ///   - split: what is held out; a run that is taken up again holds out what its configuration says.
    ///   - initial: weights to start from.
    /// - Throws: `FileError`: the folder exists and is not empty, or cannot be written; the data are of another size.
    public init(
        folder: String, dataset: Dataset, split: ValidationSplit, configuration: TrainingConfiguration, initial: LIA? = nil,
        processes: ProcessGroup = SingleProcess()
    ) throws {
        let existing = processes.rank > 0 ? [] : (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        // What a run leaves that was stopped before its first checkpoint is no run yet.
        let unfinished = existing.allSatisfy { $0 == "sheets" || $0 == Self.configurationName || $0.hasPrefix(".") }
        guard unfinished else {
            throw FileError(
                .output, folder, "holds files already; pass --resume to go on with a run, or choose another folder")
        }
        (self.folder, self.dataset, self.processes) = (folder, dataset, processes)
        (trainer, clips) = try Self.prepare(configuration, dataset, split, initial, processes)
        guard processes.rank == 0 else { return }
        do {
            try FileManager.default.createDirectory(
                atPath: Self.path(folder, "sheets"), withIntermediateDirectories: true)
        } catch {
            throw FileError(.output, folder, "the folder cannot be made; choose another place")
        }
        try writeConfiguration()
        // A run that is stopped before its first checkpoint can be resumed as well.
        try trainer.save(to: Self.checkpointPath(folder))
    }

    /// Takes up a run where its last checkpoint left it.
    ///
    /// - Parameter changes: settings that replace the run's own from now on, such as more steps.
    /// - Throws: `FileError` when there is no run, or its data or settings do not fit.
    public init(
        resuming folder: String, dataset: Dataset, changes: [(key: String, value: String)] = [],
        processes: ProcessGroup = SingleProcess()
    ) throws {
        let configuration = try TrainingConfiguration.read(Self.path(folder, Self.configurationName), changes: changes)
        (self.folder, self.dataset, self.processes) = (folder, dataset, processes)
        (trainer, clips) = try Self.prepare(configuration, dataset, configuration.split, nil, processes)
        try trainer.resume(from: Self.checkpointPath(folder))
        guard processes.rank == 0 else { return }
        // Settings changed now hold when the run is taken up again.
        if !changes.isEmpty { try writeConfiguration() }
        try dropLaterMetrics()
    }

    private func writeConfiguration() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        try StagedOutput.write(
            try encoder.encode(trainer.configuration), to: Self.path(folder, Self.configurationName), overwrite: true)
    }

    private static func prepare(
        _ configuration: TrainingConfiguration, _ dataset: Dataset, _ split: ValidationSplit, _ initial: LIA?,
        _ processes: ProcessGroup
    ) throws -> (Trainer, (training: [Int], validation: [Int])) {
        guard dataset.size == configuration.size else {
            throw FileError(
                .input, dataset.path,
                "its frames are \(dataset.size) px, and the configuration's size is \(configuration.size); prepare the data "
                    + "again with --size \(configuration.size)")
        }
        let clips = try dataset.split(validation: split)
        do {
            return (
                try Trainer(
                    configuration, dataset: dataset, clips: clips.training, initial: initial, processes: processes), clips
            )
        } catch let error as SettingError {
            throw FileError(.input, "settings", error.description)
        }
    }

    /// What a step or a validation gave, as it happens.
    public enum Event {
        case step(StepRecord)
        case validated(step: Int, Validation)
    }

    /// Trains to the configured number of steps.
    ///
    /// - Throws: `Divergence`, `FileError` (output).
    public func run(_ event: (Event) -> Void = { _ in }) throws {
        let configuration = trainer.configuration
        guard processes.rank == 0 else {
            // The others compute; the first one keeps the record.
            while trainer.step < configuration.steps { _ = try trainer.advance() }
            return
        }
        let metrics = try MetricsLog(Self.path(folder, Self.metricsName))
        var isStopped = false
        while trainer.step < configuration.steps && !isStopped {
            let record = try trainer.advance()
            try metrics.append(record)
            event(.step(record))
            let isLast = trainer.step == configuration.steps
            isStopped = processes.size == 1 && shouldStop()
            func isDue(_ every: Int) -> Bool { every > 0 && (trainer.step % every == 0 || isLast) }
            if isDue(configuration.checkpointEvery) || isLast || isStopped { try trainer.save(to: Self.checkpointPath(folder)) }
            let (validates, draws) = (isDue(configuration.validateEvery), isDue(configuration.sheetEvery))
            guard validates || draws else { continue }
            let network = trainer.averagedNetwork()
            let shown = clips.validation.isEmpty ? clips.training : clips.validation
            if validates, let validation = Validation(
                network, dataset: dataset, clips: clips.validation, detail: configuration.detail) {
                guard validation.l1.isFinite else { throw Divergence(step: trainer.step, what: "the validation") }
                try metrics.append(ValidationLine(step: trainer.step, validation: validation))
                event(.validated(step: trainer.step, validation))
            }
            if draws, let sheet = SampleSheet.picture(
                network, dataset: dataset, clips: shown, detail: configuration.detail) {
                let name = String(format: "step-%06d.png", trainer.step)
                try sheet.write(to: Self.path(Self.path(folder, "sheets"), name), overwrite: true)
            }
        }
    }

    private struct ValidationLine: Codable {
        let step: Int
        let validation: Validation
    }

    /// Lines of steps after the checkpoint will be written again.
    private func dropLaterMetrics() throws {
        struct Line: Decodable { let step: Int }
        let path = Self.path(folder, Self.metricsName)
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return }
        let kept = text.split(separator: "\n").filter { line in
            (try? JSONDecoder().decode(Line.self, from: Data(line.utf8))).map { $0.step <= trainer.step } ?? false
        }
        try StagedOutput.write(kept.map { $0 + "\n" }.joined().utf8, to: path, overwrite: true)
    }
}
