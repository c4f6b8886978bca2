import Checkpoints
import Foundation
import Media
import Tensors
import Testing
import TestSupport
import Training

/// The loop of training with a task that is not LIA's.
@Suite struct OtherFamilyTests {
    typealias Configuration = TrainingConfiguration<LineSettings>

    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func configuration(_ change: (inout Configuration) -> Void = { _ in }) -> Configuration {
        var c = Configuration()
        c.steps = 400
        (c.optimization.learningRate, c.optimization.finalLearningRate, c.optimization.warmupSteps) = (0.05, 0.001, 10)
        (c.optimization.averageDecay, c.record.checkpointEvery, c.record.sheetEvery, c.record.validateEvery) = (0.9, 100, 400, 200)
        change(&c)
        return c
    }

    private func trainer(_ change: (inout Configuration) -> Void = { _ in }) throws -> Trainer<LineTask> {
        let c = configuration(change)
        return try Trainer(c, task: LineTask(c))
    }

    /// The gradient of the mean of |slope·x + offset − y| is the mean of sign·(x, 1); Adam's first step has its length and its sign.
    @Test func aStepFollowsTheGradientInClosedForm() throws {
        func change(_ c: inout Configuration) {
            (c.optimization.beta1, c.optimization.beta2, c.optimization.warmupSteps, c.optimization.clipNorm) = (0, 0, 0, 0)
            (c.optimization.epsilon, c.losses.absolute, c.optimization.accumulation) = (1e-30, 3, 2)
        }
        let c = configuration(change), twin = LineTask(configuration(change))
        let batches = twin.nextBatches(step: 0) + twin.nextBatches(step: 0)
        let xs = batches.flatMap { batch in stride(from: 0, to: batch.inputs.count, by: 2).map { Double(batch.inputs.values[$0]) } }
        let ys = batches.flatMap { $0.targets.values.map(Double.init) }, count = Double(xs.count)
        #expect(xs.count == 4 * 8)
        // The line begins at 0.
        let slope = 3 * zip(xs, ys).reduce(0) { $0 + ($1.1 < 0 ? $1.0 : -$1.0) } / count
        let offset = 3 * ys.reduce(0) { $0 + ($1 < 0 ? 1 : -1) } / count
        let trainer = try Trainer(c, task: LineTask(c)), record = try trainer.advance()
        #expect(abs(record.gradientNorm - (slope * slope + offset * offset).squareRoot()) < 1e-5)
        #expect(abs(record.losses["absolute"]! - ys.reduce(0) { $0 + abs($1) } / count) < 1e-6)
        #expect(abs(record.total - 3 * record.losses["absolute"]!) < 1e-6)
        let line = trainer.task.line.value.values
        #expect(abs(line[0] + (slope > 0 ? 0.05 : -0.05)) < 1e-6 && abs(line[1] + (offset > 0 ? 0.05 : -0.05)) < 1e-6, "\(line)")
    }

    @Test func itLearnsAndItsRunHasARecord() throws {
        let run = try TrainingRun(folder: folder.file("run"), configuration: configuration(), makeTask: LineTask.init)
        var validations: [Double] = []
        try run.run { if case .validated(_, let validation) = $0 { validations.append(validation.l1) } }
        #expect(validations.count == 2 && validations[1] < 0.02, "\(validations)")
        #expect(try Picture.read(folder.file("run/sheets/step-000400.png")).width == 16)
        let checkpoint = try Checkpoint.open(RunFolder(folder.file("run")).checkpoint)
        // A buffer has no optimizer and no average of its own.
        #expect(
            checkpoint.entries.map(\.name).sorted() == [
                "adam_mean.line", "adam_square.line", "average.line", "average.seen", "weights.line", "weights.seen",
            ])
        for name in ["weights.seen", "average.seen"] { #expect(try checkpoint.tensor(name).values == [800]) }
        #expect(try checkpoint.tensor("average.line").values != checkpoint.tensor("weights.line").values)
        // Its settings are its own, and read again.
        let c = try Configuration.read(folder.file("run/configuration.json"), changes: [("points", "4")])
        #expect(c.data.points == 4 && c.optimization.learningRate == 0.05)
        #expect { try Configuration.read(nil, changes: [("losses.l1", "1")]) } throws: { "\($0)".contains("losses.l1: is no setting") }
        let longer = try TrainingRun(resuming: folder.file("run"), changes: [("steps", "410")], makeTask: LineTask.init)
        try longer.run()
        #expect(longer.trainer.step == 410)
    }

    /// Saved, loaded into a trainer that stood elsewhere, and gone on with: the same bits as never stopped, the opponent's too.
    @Test(arguments: [false, true]) func aResumedRunHasTheSameBits(opponent: Bool) throws {
        func change(_ c: inout Configuration) { (c.losses.opponent, c.data.noise) = (opponent, 0.3) }
        let alone = try trainer(change)
        for _ in 0..<20 { _ = try alone.advance() }
        let first = try trainer(change)
        for _ in 0..<9 { _ = try first.advance() }
        try first.save(to: folder.file("state.safetensors"))
        let second = try trainer(change)
        for _ in 0..<3 { _ = try second.advance() }
        try second.resume(from: folder.file("state.safetensors"))
        for _ in 9..<20 { _ = try second.advance() }
        func bits(_ trainer: Trainer<LineTask>) -> [UInt32] {
            let tensors = [trainer.task.line.value, trainer.task.opponent.value] + trainer.averagedWeights
            return tensors.flatMap { $0.values.map(\.bitPattern) }
        }
        #expect(bits(second) == bits(alone))
        #expect((alone.task.opponent.value.values != [0.5]) == opponent)
        #expect(try (alone.advance().losses["opponent"] != nil) == opponent)
        guard !opponent else { return }
        #expect { try self.trainer { $0.losses.opponent = true }.resume(from: folder.file("state.safetensors")) } throws: {
            "\($0)".contains("belongs to a run with other settings: expected opponent.factor")
        }
    }
}
