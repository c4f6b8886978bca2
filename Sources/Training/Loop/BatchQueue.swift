import Checkpoints
import Files
import Foundation

/// Writes the batches that a run would learn from into a folder, a file a step, for a program elsewhere that learns from them: that reads
/// `step-000001.safetensors`, …, and removes what it has read, so that only so many wait. `constants.safetensors` holds what all steps share.
public struct BatchQueue {
    /// Files that wait to be read.
    public static let most = 32

    private let folder: String

    public init(folder: String) { self.folder = folder }

    private func file(_ name: String) -> String { (folder as NSString).appendingPathComponent(name) }

    /// - Parameters:
    ///   - shouldStop: asked before every step.
    ///   - progress: is told the step that was written, counted from 1.
    /// - Throws: `FileError` when the folder cannot be written or holds files (output), and for a family whose batches are not written (input).
    public func write<Task: TrainingTask>(
        _ run: TrainingRun<Task>, shouldStop: () -> Bool = { false }, progress: (_ step: Int) -> Void = { _ in }
    ) throws {
        let files = FileManager.default, trainer = run.trainer, steps = trainer.configuration.steps
        guard ((try? files.contentsOfDirectory(atPath: folder)) ?? []).isEmpty else {
            throw FileError(.output, folder, "holds files already; choose another folder for the batches")
        }
        do {
            try files.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw FileError(.output, folder, "the folder cannot be made; choose another place")
        }
        try SafetensorsFile.write(trainer.task.constants, as: .float32, to: file("constants.safetensors"), overwrite: false)
        for step in trainer.step..<max(trainer.step, steps) {
            while waiting(files) >= Self.most, !shouldStop() { Thread.sleep(forTimeInterval: 0.005) }
            if shouldStop() { return }
            guard let batch = trainer.task.nextWhole(step: step) else {
                throw FileError(.input, "settings", "the family's batches are not written; choose lia, or train here")
            }
            // What random numbers come next, for the checkpoint of whoever learns.
            let states = trainer.task.randomStates.mapValues { String($0) }
            try SafetensorsFile.write(
                trainer.task.written(batch), as: .float32, metadata: states, to: file(String(format: "step-%06d.safetensors", step + 1)),
                overwrite: false)
            progress(step + 1)
        }
    }

    private func waiting(_ files: FileManager) -> Int {
        ((try? files.contentsOfDirectory(atPath: folder)) ?? []).count { $0.hasPrefix("step-") }
    }
}
