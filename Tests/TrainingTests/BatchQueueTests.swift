import Checkpoints
import Files
import Foundation
import TestSupport
import Testing
import Training

/// Batches that are written for another program to learn from.
@Suite struct BatchQueueTests {
    let tiny: TinyTraining

    init() throws { tiny = try TinyTraining() }

    private func run(_ name: String) throws -> TrainingRun<LIATask> {
        let configuration = tiny.configuration {
            $0.steps = 3
            $0.data.puppets = 0.5
            $0.data.validationClips = "clip2"
        }
        return try TrainingRun(folder: tiny.folder.file(name), configuration: configuration) { try LIATask($0, dataset: tiny.dataset) }
    }

    /// What is written is what the task gives next, with the random numbers' states after it.
    @Test func filesHoldTheNextBatches() throws {
        let queue = tiny.folder.file("queue"), run = try run("run"), twin = try self.run("twin").trainer.task
        var told: [Int] = []
        try BatchQueue(folder: queue).write(run) { told.append($0) }
        #expect(told == [1, 2, 3])
        let constants = try Checkpoint.open(queue + "/constants.safetensors")
        #expect(constants.entries.map(\.name) == ["features.0", "features.1", "features.2"])
        for step in 0..<3 {
            let file = try Checkpoint.open(queue + String(format: "/step-%06d.safetensors", step + 1))
            let batch = try #require(twin.nextWhole(step: step))
            for (name, tensor) in twin.written(batch) {
                let read = try file.tensor(name)
                #expect(read.shape == tensor.shape && read.values == tensor.values, "\(name)")
            }
            #expect(file.entries.count == twin.written(batch).count)
            #expect(twin.randomStates.allSatisfy { file.metadata[$0] == String($1) })
            // Two groups of three frames, each rebuilt from a frame of its own group.
            let sources = try file.tensor("sources").values
            #expect(sources.count == 6 && sources.enumerated().allSatisfy { Int($1) / 3 == $0 / 3 })
        }
        // The run itself has not learned.
        #expect(run.trainer.step == 0)
    }

    /// Nothing is added to what lies there, and writing ends where it is told to.
    @Test func foldersWithFilesAreRefused() throws {
        let queue = tiny.folder.file("queue"), run = try run("run")
        try BatchQueue(folder: queue).write(run, shouldStop: { true })
        #expect(try FileManager.default.contentsOfDirectory(atPath: queue) == ["constants.safetensors"])
        #expect(throws: FileError.self) { try BatchQueue(folder: queue).write(run) }
    }

    /// Only LIA's batches are written.
    @Test func otherFamiliesAreRefused() throws {
        let speakers = try TinySpeakers()
        let configuration = try DINetTrainingConfiguration.read(
            nil, changes: [("mouth_size", "64"), ("divisor", "16"), ("puppets", "1"), ("adversarial", "0")])
        let run = try TrainingRun(folder: tiny.folder.file("dub"), configuration: configuration) {
            try DINetTask($0, dataset: speakers.tiny.dataset)
        }
        #expect(throws: FileError.self) { try BatchQueue(folder: tiny.folder.file("queue")).write(run) }
    }
}
