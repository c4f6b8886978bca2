import Checkpoints
import Foundation
import Media
import Networks
import Tensors
import TestSupport
import Training

/// A data set of three clips of 32 px and the settings of a network that learns from it within milliseconds a step.
struct TinyTraining {
    let folder: TemporaryFolder
    let dataset: Dataset

    init() throws {
        folder = try TemporaryFolder()
        let writer = try DatasetWriter(path: folder.file("data.safetensors"), size: 32)
        for clip in 0..<3 {
            writer.begin(name: "clip\(clip)", identity: "person\(clip)", source: "clip\(clip).mp4", kind: .video)
            for frame in 0..<8 {
                try writer.append(
                    Samples.picture(width: 32, height: 32, shift: 0.12 * sin(Double(frame) * 0.7 + Double(clip))))
            }
            writer.end(framesPerSecond: 25)
        }
        _ = try writer.finish()
        dataset = try Dataset(path: folder.file("data.safetensors"))
    }

    func configuration(_ change: (inout LIATrainingConfiguration) -> Void = { _ in }) -> LIATrainingConfiguration {
        var c = LIATrainingConfiguration()
        (c.network.size, c.network.channels, c.network.code, c.network.directions) = (32, "4:16 8:16 16:12 32:8", 16, 6)
        c.steps = 12
        (c.data.groupSize, c.data.groups) = (3, 2)
        c.optimization.warmupSteps = 2
        (c.record.checkpointEvery, c.record.sheetEvery, c.record.validateEvery) = (4, 0, 0)
        change(&c)
        return c
    }

    func trainer(
        initial: (any PortraitNetwork)? = nil, processes: ProcessGroup = SingleProcess(),
        _ change: (inout LIATrainingConfiguration) -> Void = { _ in }
    ) throws -> Trainer<LIATask> {
        try .of(configuration(change), dataset: dataset, clips: [0, 1, 2], initial: initial, processes: processes)
    }

    /// The tensors of a trainer's state whose names begin with `prefix`, without it.
    func state(_ trainer: Trainer<LIATask>, _ prefix: String) throws -> [String: [Float]] {
        let path = folder.file("look.safetensors")
        try trainer.save(to: path)
        let checkpoint = try Checkpoint.open(path)
        let names = checkpoint.entries.map(\.name).filter { $0.hasPrefix(prefix) }
        return try Dictionary(uniqueKeysWithValues: names.map { (String($0.dropFirst(prefix.count)), try checkpoint.tensor($0).values) })
    }
}

extension Trainer<LIATask> {
    static func of(
        _ configuration: LIATrainingConfiguration, dataset: Dataset, clips: [Int], initial: (any PortraitNetwork)? = nil,
        processes: ProcessGroup = SingleProcess()
    ) throws -> Trainer {
        let task = try LIATask(configuration, dataset: dataset, clips: (clips, []), initial: initial, processes: processes)
        return try Trainer(configuration, task: task, processes: processes)
    }

    /// A network with the moving average of the weights.
    func averagedNetwork() -> LIA { task.network(weights: averagedWeights) }
}

extension TrainingRun<LIATask> {
    /// A new run that holds out the clips that the configuration says.
    convenience init(folder: String, dataset: Dataset, configuration: LIATrainingConfiguration) throws {
        try self.init(folder: folder, configuration: configuration) { try LIATask($0, dataset: dataset) }
    }
}

extension Trainer {
    /// The bits of everything that learns, the network beside the learned one included.
    var bits: [UInt32] {
        (task.parameters + (task.auxiliary?.parameters ?? [])).flatMap { $0.value.values.map(\.bitPattern) }
    }
}
