import Foundation
import Networks
import Tensors
import Testing
import TestSupport
import Training

/// What a training step does with its settings.
@Suite struct TrainingStepTests {
    let tiny: TinyTraining

    init() throws { tiny = try TinyTraining() }

    private func largestChange(_ before: [String: [Float]], _ after: [String: [Float]]) -> Float {
        before.map { name, values in zip(values, after[name]!).map { abs($0 - $1) }.max()! }.max()!
    }

    /// With β₁ = β₂ = 0 and ε → 0, Adam moves every weight by the learning rate itself: warm-up 1/3, 2/3, 1, then half a cosine; and those
    /// of a discriminator by as many of it as its own rate says.
    @Test func everyStepTakesTheConfiguredLearningRate() throws {
        let trainer = try tiny.trainer {
            $0.steps = 7
            ($0.optimization.warmupSteps, $0.optimization.learningRate, $0.optimization.finalLearningRate) = (3, 0.03, 0.003)
            ($0.optimization.beta1, $0.optimization.beta2, $0.optimization.epsilon) = (0, 0, 1e-30)
            ($0.losses.adversarial, $0.losses.adversarialFrom, $0.optimization.discriminatorRate) = (0.5, 0, 2)
        }
        let half = 0.0165, amplitude = 0.0135
        let rates = [0.01, 0.02, 0.03] + (0..<4).map { half + amplitude * cos(Double.pi * Double($0) / 4) }
        for (step, rate) in rates.enumerated() {
            let (weights, scores) = (try tiny.state(trainer, "weights."), try tiny.state(trainer, "discriminator."))
            #expect(abs(try trainer.advance().learningRate - rate) < 1e-9, "step \(step)")
            for change in [
                largestChange(weights, try tiny.state(trainer, "weights.")),
                largestChange(scores, try tiny.state(trainer, "discriminator.")) / 2,
            ] {
                #expect(abs(change - Float(rate)) < 2e-6, "step \(step): \(change) instead of \(rate)")
            }
        }
    }

    /// With β₁ = 0 the optimizer's mean is the gradient that it was given: as long as `clip_norm` says, or whole.
    @Test func everyStepsGradientIsAsLongAsClipNormAllows() throws {
        for limit in [0.05, 1e6, 0] {
            let trainer = try tiny.trainer { ($0.optimization.beta1, $0.optimization.clipNorm) = (0, limit) }
            for _ in 0..<3 {
                let length = try trainer.advance().gradientNorm
                let squares = try tiny.state(trainer, "adam_mean.").values.joined().reduce(0.0) { $0 + Double($1) * Double($1) }
                let expected = limit > 0 ? min(length, limit) : length
                #expect(length > 0.05 && abs(squares.squareRoot() - expected) < 1e-4 * expected, "\(squares.squareRoot()), \(expected)")
            }
        }
    }

    /// total = Σ weight·loss, each loss being named before its weight.
    @Test func theTotalIsTheWeightedSumOfTheLosses() throws {
        let trainer = try tiny.trainer {
            ($0.losses.l1, $0.losses.perceptual, $0.losses.moving) = (1.5, 0.7, 3)
            ($0.losses.ssim, $0.losses.sparsity, $0.losses.closing) = (0.4, 0.2, 5)
            ($0.losses.adversarial, $0.losses.adversarialRegions, $0.losses.adversarialFrom) = (0.3, 0.2, 1)
            $0.losses.regions = 0.6
            ($0.losses.flowStart, $0.losses.flowEnd, $0.losses.flowSteps) = (4, 2, 2)
            $0.data.puppets = 1
        }
        for flow in [4.0, 3, 2] {
            let record = try trainer.advance(), isAdversarial = flow < 4
            var weights = ["l1": 1.5, "perceptual": 0.7, "moving": 3, "ssim": 0.4, "sparsity": 0.2, "closing": 5, "flow": flow]
            weights["regions"] = 0.6
            if isAdversarial { (weights["adversarial"], weights["adversarial_regions"]) = (0.3, 0.2) }
            #expect(Set(record.losses.keys) == Set(weights.keys).union(isAdversarial ? ["discriminator"] : []))
            let total = weights.reduce(0) { $0 + $1.value * record.losses[$1.key]! }
            #expect(abs(record.total - total) < 1e-5 * total, "\(record.total) instead of \(total)")
            #expect(record.losses.allSatisfy { $0.key == "closing" || $0.value > 0 })
        }
    }

    /// Of the mouths, the discriminator of mouths is shown those that are open and rebuilt from others, in which they are closed.
    @Test func onlyMouthsThatOpenAreJudged() throws {
        let task = try tiny.trainer { ($0.data.puppets, $0.losses.adversarialRegions) = (1, 0.2) }.task
        var (mouths, judged) = (0, 0)
        for batch in (0..<8).flatMap({ task.nextBatches(step: $0) }) {
            let written = Dictionary(uniqueKeysWithValues: task.written(batch).map { ($0.name, $0.tensor) })
            func frames(_ name: String) -> [Int] {
                let rows = written[name]!.values
                return stride(from: 0, to: rows.count, by: 4).map { Int(rows[$0]) }
            }
            let opened = try #require(written["opened"]).values, pixels = opened.count / batch.sources.count
            let expected = frames("mouth").filter { frame in
                batch.sources[frame] != frame && opened[frame * pixels..<(frame + 1) * pixels].contains { $0 > 0 }
            }
            #expect(frames("opened_mouth") == expected)
            mouths += frames("mouth").count
            judged += expected.count
        }
        #expect(judged > 0 && judged < mouths, "\(judged) of \(mouths)")
    }

    private func mean(_ scores: Tensor) -> Float { scores.values.reduce(0, +) / Float(scores.count) }

    /// Against a generator that stays as it is, the discriminator learns to tell: D(real) rises and D(fake) falls.
    @Test func theDiscriminatorRaisesRealAndLowersFake() throws {
        let trainer = try tiny.trainer {
            ($0.losses.adversarial, $0.losses.adversarialFrom) = (1, 0)
            $0.steps = 20
            $0.network.startsFromCopy = false
            ($0.data.pseudoMotionStart, $0.data.pseudoMotionEnd) = (0, 0)
        }
        let discriminator = try #require(trainer.task.discriminator), weights = trainer.task.network.parameters.map(\.value)
        let real = Tensor(tiny.dataset.picture(0)), source = trainer.task.network.encode(source: real)
        let fake = trainer.task.network.generate(source, motion: trainer.task.network.encode(driving: Tensor(tiny.dataset.picture(3))))
        let before = (real: mean(discriminator(real)), fake: mean(discriminator(fake)))
        for _ in 0..<20 {
            _ = try trainer.advance()
            for (parameter, value) in zip(trainer.task.network.parameters, weights) { parameter.value = value }
        }
        let after = (real: mean(discriminator(real)), fake: mean(discriminator(fake)))
        #expect(after.real > before.real + 0.05 && after.fake < before.fake - 0.05, "\(before), \(after)")
    }

    /// Against a discriminator that stays as it is, the generator's pictures come to look real to it: their score rises.
    @Test func theGeneratorRaisesTheScoreOfItsPictures() throws {
        let trainer = try tiny.trainer {
            ($0.losses.adversarial, $0.losses.adversarialFrom) = (10, 0)
            $0.steps = 20
            $0.network.startsFromCopy = false
            ($0.losses.l1, $0.losses.perceptual, $0.losses.flowStart, $0.losses.flowEnd) = (0.001, 0, 0, 0)
            $0.optimization.learningRate = 0.01
            ($0.data.pseudoMotionStart, $0.data.pseudoMotionEnd) = (0, 0)
        }
        let discriminator = try #require(trainer.task.discriminator), weights = discriminator.parameters.map(\.value)
        func score() -> Float {
            let source = trainer.task.network.encode(source: Tensor(tiny.dataset.picture(0)))
            return mean(
                discriminator(
                    trainer.task.network.generate(source, motion: trainer.task.network.encode(driving: Tensor(tiny.dataset.picture(3))))))
        }
        let before = score()
        for _ in 0..<20 {
            _ = try trainer.advance()
            for (parameter, value) in zip(discriminator.parameters, weights) { parameter.value = value }
        }
        #expect(score() > before + 0.1, "\(before), \(score())")
    }

    /// Two processes with half of the groups each record what one with all of them does, and take the same steps.
    @Test func processesRecordWhatOneAloneDoes() throws {
        func change(_ c: inout LIATrainingConfiguration) {
            (c.data.groups, c.data.puppets) = (4, 0.5)
            (c.losses.sparsity, c.losses.ssim) = (0.1, 0.2)
        }
        func records(_ trainer: Trainer<LIATask>) throws -> [StepRecord] { try (0..<3).map { _ in try trainer.advance() } }
        let alone = try records(try tiny.trainer(change))
        let together = try ThreadGroup.run(size: 2) { [tiny] in try records(try tiny.trainer(processes: $0, change)) }
        for own in together {
            for (a, b) in zip(alone, own) {
                #expect(Set(a.losses.keys) == Set(b.losses.keys) && a.learningRate == b.learningRate && a.step == b.step)
                for (name, value) in a.losses { #expect(abs(b.losses[name]! - value) < 1e-4 * value, "\(name), step \(a.step)") }
                #expect(abs(b.total - a.total) < 1e-4 * a.total && abs(b.gradientNorm - a.gradientNorm) < 1e-3 * a.gradientNorm)
            }
        }
    }
}
