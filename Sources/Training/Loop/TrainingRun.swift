import Files
import Foundation
import Media

/// A training run in its folder: `configuration.json`, `checkpoint.safetensors` (the newest, always whole), `metrics.jsonl` (a line
/// a step and a line a validation), and `sheets/` (pictures of what the network does).
public final class TrainingRun<Task: TrainingTask> {
    public let folder: String
    public let trainer: Trainer<Task>
    private let processes: ProcessGroup
    private let files: RunFolder

    /// Whether event files for TensorBoard are written beside the metrics; true at first where a run that is taken up has some.
    public var writesEventFiles = false

    /// Called after every step; where it returns true, `run` ends with a checkpoint of that step. One process among several never calls it,
    /// because it would leave the others waiting.
    public var shouldStop: () -> Bool = { false }

    /// Begins a run in a new folder.
    ///
    /// - Parameters:
    ///   - inputs: paths of files that were read besides the task's, such as a configuration's.
    ///   - makeTask: makes the task of a configuration; a `SettingError` of it becomes a `FileError`.
    /// - Throws: `FileError` (output): the folder exists and is not empty, cannot be written, or something that is read would be
    ///   replaced; and what `makeTask` throws.
    public init(
        folder: String, configuration: Task.Configuration, inputs: [String] = [], processes: ProcessGroup = SingleProcess(),
        makeTask: (Task.Configuration) throws -> Task
    ) throws {
        (self.folder, self.processes, files) = (folder, processes, RunFolder(folder))
        if processes.rank == 0 { try files.checkNew() }
        trainer = try Self.trainer(configuration, processes, makeTask)
        guard processes.rank == 0 else { return }
        try files.protect(trainer.task.inputs + inputs)
        try files.make()
        try files.write(configuration)
        // A run that is stopped before its first checkpoint can be resumed as well.
        try trainer.save(to: files.checkpoint)
    }

    /// Takes up a run where its last checkpoint left it.
    ///
    /// - Parameters:
    ///   - changes: settings that replace the run's own from now on, such as more steps.
    ///   - makeTask: as for a new run.
    /// - Throws: `FileError` when there is no run, or its data or settings do not fit; and what `makeTask` throws.
    public init(
        resuming folder: String, changes: [(key: String, value: String)] = [], processes: ProcessGroup = SingleProcess(),
        makeTask: (Task.Configuration) throws -> Task
    ) throws {
        (self.folder, self.processes, files) = (folder, processes, RunFolder(folder))
        let configuration = try Task.Configuration.read(files.configuration, changes: changes)
        trainer = try Self.trainer(configuration, processes, makeTask)
        try trainer.resume(from: files.checkpoint)
        writesEventFiles = files.hasEventFiles
        guard processes.rank == 0 else { return }
        try files.protect(trainer.task.inputs)
        files.clearLeftovers()
        // Settings changed now hold when the run is taken up again.
        if !changes.isEmpty { try files.write(configuration) }
        try files.dropMetrics(after: trainer.step)
    }

    private static func trainer(
        _ configuration: Task.Configuration, _ processes: ProcessGroup, _ makeTask: (Task.Configuration) throws -> Task
    ) throws -> Trainer<Task> {
        do {
            return try Trainer(configuration, task: makeTask(configuration), processes: processes)
        } catch let error as SettingError {
            throw FileError(.input, "settings", error.description)
        }
    }

    /// Trains to the configured number of steps.
    ///
    /// - Parameter event: gets the result of every step and validation as it happens.
    /// - Throws: `Divergence`, `FileError` (output).
    public func run(_ event: (TrainingEvent<Task.Measures>) -> Void = { _ in }) throws {
        let steps = trainer.configuration.steps
        guard processes.rank == 0 else {
            // The others compute; the first one keeps the record.
            while trainer.step < steps { _ = try trainer.advance() }
            return
        }
        let metrics = try MetricsLog(files.metrics)
        let board = writesEventFiles ? try TensorBoardLog(folder: folder, after: trainer.step) : nil
        var timing = StepTiming(), isStopped = false
        while trainer.step < steps && !isStopped {
            let line = TimedStepRecord(record: try trainer.advance(), timing: timing.stepEnded())
            try metrics.append(line)
            try board?.append(line, step: trainer.step)
            event(.step(line.record))
            isStopped = processes.size == 1 && shouldStop()
            let settings = trainer.configuration.record
            // The checkpoint comes last: what a run that is taken up from it does not do again stands in the record.
            if isDue(settings.validateEvery) { try validate(metrics, board, event) }
            if isDue(settings.sheetEvery), let sheet = try trainer.task.sampleSheet(weights: trainer.averagedWeights) {
                try sheet.write(to: files.sheet(step: trainer.step), overwrite: true)
                try board?.append(sheet, named: "sheet", step: trainer.step)
            }
            if isDue(settings.checkpointEvery) || trainer.step == steps || isStopped { try trainer.save(to: files.checkpoint) }
        }
    }

    /// True at every so many steps and at the last one; never where `every` is 0.
    private func isDue(_ every: Int) -> Bool {
        every > 0 && (trainer.step % every == 0 || trainer.step == trainer.configuration.steps)
    }

    private func validate(_ metrics: MetricsLog, _ board: TensorBoardLog?, _ event: (TrainingEvent<Task.Measures>) -> Void) throws {
        guard let validation = try trainer.task.validation(weights: trainer.averagedWeights) else { return }
        guard validation.isFinite else { throw Divergence(step: trainer.step, what: "the validation is not finite") }
        let record = ValidationRecord(step: trainer.step, validation: validation)
        try metrics.append(record)
        try board?.append(record, step: trainer.step)
        event(.validated(step: trainer.step, validation))
    }
}
