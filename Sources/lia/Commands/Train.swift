import ArgumentParser
import Files
import Foundation
import ModelLibrary
import Networks
import Tensors
import Training

struct Train: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Learns a model from prepared clips.",
        discussion: """
            EXAMPLES
              lia prepare videos/ --output data.safetensors --size 128
              lia train --data data.safetensors --output runs/first
              lia train --data data.safetensors --output runs/first --resume

              A quick look whether all is well, at 64 px:
                lia train --data small.safetensors --output runs/try \\
                  --set size=64 --set "channels=4:64 8:64 16:48 32:32 64:16" \\
                  --set code=128 --set steps=500

              The paper's ablations: 'dictionary' is orthonormal (the default), free (the stored
              columns as they are) or none (the MLP gives the path itself):
                lia train --data small.safetensors --output runs/no-dictionary \\
                  --config small.json --set dictionary=none
                lia train --data small.safetensors --output runs/no-masks \\
                  --config small.json --set masks=false

              Going on from a model, with the paper's perceptual loss:
                lia train --data data.safetensors --output runs/fine \\
                  --fine-tune portrait --set learning_rate=0.0005 \\
                  --set perceptual_weights=vgg19.pth --set perceptual=10

              A First Order Motion Model instead of LIA, with settings of its own:
                lia train --data small.safetensors --output runs/fomm --set family=fomm \\
                  --set size=128

              Every setting with its default and its range, of LIA and of another family:
                lia train --list-settings
                lia train --list-settings --set family=fomm --json

              A speech model, from sound with known mouths (see docs/speech.md):
                lia train --data speech.safetensors --output runs/speech \\
                  --set family=speech

              On two machines with Open MPI, each taking half of every batch:
                mpirun -n 2 --host one,two --bind-to none \\
                  lia train --data data.safetensors --output runs/both

            Settings stand in one JSON file (--config), such as {"steps": 5000, "losses": {"l1": 2}}; --set replaces any of them, by \
            its full name (losses.l1=2) or a short one (l1=2). The run's folder holds its settings, the newest \
            checkpoint, metrics.jsonl with a line a step (losses, seconds, steps a second), and sheets/ with pictures of what the model \
            does; with --tensorboard also event files of both. Ctrl-C keeps the step under way, and a run that is killed at any moment goes on with --resume as if it had not been. 'lia export' makes a \
            model of it.

            Known flow (flow_start, pseudo_motion_start) and the start from copying the source (starts_from_copy) are not in the \
            paper: without them the first thousand steps give a still blur.
            """)

    @Option(help: "The prepared data (see 'lia prepare').", completion: .file())
    var data: String?

    @Option(name: .shortAndLong, help: "The run's folder.", completion: .directory)
    var output: String?

    @Option(help: "A JSON file of settings; what it leaves out keeps its default.", completion: .file())
    var config: String?

    @Option(
        name: .customLong("set"), help: ArgumentHelp("Replaces a setting; may be repeated.", valueName: "key=value"))
    var settings: [String] = []

    @Flag(help: "Go on with the run in --output, with its own settings; --config may say them again, and --set changes them.")
    var resume = false

    @Option(
        name: .customLong("fine-tune"),
        help: ArgumentHelp(
            "Start from a model (name, folder or checkpoint); a LIA may have more channels than it.", valueName: "model"))
    var fineTune: String?

    @Option(help: ArgumentHelp("Names of clips to hold out, instead of a fraction (the setting 'validation_clips').", valueName: "a,b"))
    var validationClips: String?

    @Flag(help: "Print every setting of the family with its default, its range and what it does, and end; with --json for programs.")
    var listSettings = false

    @Flag(help: "Also write event files for TensorBoard, into the run's folder; a resumed run goes on with them.")
    var tensorboard = false

    @Option(
        help: ArgumentHelp(
            "Write the batches of the run's steps into this folder instead of learning from them, for Tools/training/train_torch.py.",
            valueName: "folder"), completion: .directory)
    var writeBatches: String?

    @OptionGroup var threads: ThreadOptions

    @Flag(name: .shortAndLong, help: "Say nothing but errors.")
    var quiet = false

    @Flag(help: "With --list-settings: print JSON.")
    var json = false

    private var changes: [(key: String, value: String)] {
        settings.map { setting in
            let parts = setting.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (String(parts[0]), String(parts[1]))
        }
    }

    func validate() throws {
        if listSettings {
            if data != nil || output != nil || resume || fineTune != nil || tensorboard || writeBatches != nil {
                throw ValidationError("--list-settings goes with --config, --set family=… and --json alone.")
            }
        } else {
            if json { throw ValidationError("--json is for --list-settings; a run's numbers are in its metrics.jsonl.") }
            if data == nil { throw ValidationError("Missing expected argument '--data <data>'") }
            if output == nil { throw ValidationError("Missing expected argument '--output <output>'") }
        }
        if let wrong = settings.first(where: { !$0.contains("=") }) { throw ValidationError("--set wants key=value, not \(wrong).") }
        if resume, fineTune != nil {
            throw ValidationError("--resume goes on with the run's own weights; --fine-tune is for new runs.")
        }
    }

    func run() throws {
        if listSettings {
            try printSettings()
        } else {
            try train()
        }
    }

    // Both are there where a run is (see `validate`).
    private var dataPath: String { data! }
    private var folder: String { output! }

    private func printSettings() throws {
        let settings = try TrainedFamilies.descriptions(settings: config, changes: changes)
        if json {
            try Output.json(["settings": settings])
            return
        }
        for setting in settings {
            let value = setting.defaultValue.isEmpty ? "\"\"" : setting.defaultValue
            Output.line("\(setting.name) = \(value)  (\(setting.allowed))\n    \(setting.summary)")
        }
    }

    private func train() throws {
        let processes: ProcessGroup = OpenMPI.isLaunched ? try OpenMPI() : SingleProcess()
        // Processes on one machine divide its cores.
        Parallel.threads = threads.threads ?? max(1, Parallel.threads / OpenMPI.processesOnThisMachine)
        let quiet = quiet || processes.rank > 0
        var changes = changes
        if let validationClips {
            // A name may read as a number; as JSON it is text.
            changes.append(("validation_clips", String(decoding: try JSONEncoder().encode(validationClips), as: UTF8.self)))
        }
        if resume {
            try go(on: TrainedFamilies.task(resuming: folder), changes: changes, processes: processes, quiet: quiet)
            return
        }
        guard let fineTune else {
            try begin(
                TrainedFamilies.task(settings: config, changes: changes), changes: changes, processes: processes,
                quiet: quiet)
            return
        }
        let model = try ModelLocator.model(fineTune)
        guard let (task, settings) = TrainedFamilies.task(of: model.network) else {
            throw FileError(.input, fineTune, "is of a family that lia train does not learn")
        }
        try begin(task, from: model, settings: settings, changes: changes, processes: processes, quiet: quiet)
    }

    /// Begins a run.
    ///
    /// - Parameters:
    ///   - model: what it starts from; nil for random weights.
    ///   - settings: those of the model, which count where the configuration file says nothing.
    private func begin<Task: TrainedTask>(
        _: Task.Type, from model: PortraitModel? = nil, settings: [(key: String, value: String)] = [],
        changes: [(key: String, value: String)], processes: ProcessGroup, quiet: Bool
    ) throws {
        let configuration = try Task.Configuration.read(config, over: settings, changes: changes)
        let inputs = [config].compactMap { $0 } + (model?.files ?? [])
        try run(
            TrainingRun(folder: folder, configuration: configuration, inputs: inputs, processes: processes) {
                try Task.task($0, data: dataPath, initial: model?.network, processes: processes)
            }, processes, quiet: quiet)
    }

    /// Goes on with the run in --output.
    private func go<Task: TrainedTask>(
        on _: Task.Type, changes: [(key: String, value: String)], processes: ProcessGroup, quiet: Bool
    ) throws {
        if let config {
            let given = try Task.Configuration.read(config, changes: changes)
            let own = try Task.Configuration.read(RunFolder(folder).configuration, changes: changes)
            if let other = own.difference(from: given) {
                throw ValidationError(
                    "--config \(config): \(other.name): expected \(other.own) as the run has it, found \(other.given); leave --config out with "
                        + "--resume, or change the setting with --set")
            }
        }
        try run(
            TrainingRun(resuming: folder, changes: changes, processes: processes) {
                try Task.task($0, data: dataPath, initial: nil, processes: processes)
            }, processes, quiet: quiet)
    }

    private func run<Task: TrainedTask>(_ training: TrainingRun<Task>, _ processes: ProcessGroup, quiet: Bool) throws {
        let trainer = training.trainer
        if !quiet { Output.note(trainer.task.summary) }
        let line = ProgressLine(unit: "steps", quiet: quiet)
        if processes.size == 1 { Interruption.finishFirst() }
        if tensorboard { training.writesEventFiles = true }
        training.shouldStop = { Interruption.signalNoted != nil }
        if let writeBatches {
            defer { line.end() }
            try BatchQueue(folder: writeBatches).write(training, shouldStop: training.shouldStop) {
                line.show("writing", done: $0, total: trainer.configuration.steps, remark: "")
            }
            if let number = Interruption.signalNoted { throw ExitCode(128 + number) }
            return
        }
        do {
            defer { line.end() }
            try training.run { event in
                switch event {
                case .step(let record):
                    line.show(
                        "training", done: record.step, total: trainer.configuration.steps,
                        remark: String(format: "loss %.4f", record.total))
                case .validated(let step, let validation):
                    guard !quiet else { return }
                    line.end()
                    Output.remark("step \(step): \(validation.summary)")
                }
            }
        } catch let error as Divergence {
            throw FileError(.input, folder, error.description)
        }
        if let number = Interruption.signalNoted, trainer.step < trainer.configuration.steps {
            if !quiet { Output.note("stopped at step \(trainer.step), which is saved; pass --resume to go on") }
            throw ExitCode(128 + number)
        }
        processes.finish()
        if !quiet { Output.remark("\(FileError.printable(folder)): \(trainer.step) steps done", result: folder) }
    }
}
