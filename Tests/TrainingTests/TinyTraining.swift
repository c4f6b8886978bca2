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

    func configuration(_ change: (inout TrainingConfiguration) -> Void = { _ in }) -> TrainingConfiguration {
        var c = TrainingConfiguration()
        (c.size, c.channels, c.code, c.directions) = (32, "4:16 8:16 16:12 32:8", 16, 6)
        (c.steps, c.groupSize, c.groups, c.warmupSteps) = (12, 3, 2, 2)
        (c.checkpointEvery, c.sheetEvery, c.validateEvery) = (4, 0, 0)
        change(&c)
        return c
    }

    func trainer(
        initial: LIA? = nil, processes: ProcessGroup = SingleProcess(), _ change: (inout TrainingConfiguration) -> Void = { _ in }
    ) throws -> Trainer {
        try Trainer(configuration(change), dataset: dataset, clips: [0, 1, 2], initial: initial, processes: processes)
    }

    /// The tensors of a trainer's state whose names begin with `prefix`, without it.
    func state(_ trainer: Trainer, _ prefix: String) throws -> [String: [Float]] {
        let path = folder.file("look.safetensors")
        try trainer.save(to: path)
        let checkpoint = try Checkpoint.open(path)
        let names = checkpoint.entries.map(\.name).filter { $0.hasPrefix(prefix) }
        return try Dictionary(uniqueKeysWithValues: names.map { (String($0.dropFirst(prefix.count)), try checkpoint.tensor($0).values) })
    }
}
