import Checkpoints
import Files
import Foundation
import Networks
import Operators
import Tensors

/// The loop of training, for every family: accumulates the gradients of batches, clips and follows them, and averages the weights.
///
/// With the same configuration, data and number of threads, every step gives the same bits, also after `save` and `resume`.
public final class Trainer<Task: TrainingTask> {
    public let configuration: TrainingConfiguration<Task.Settings>
    public let task: Task
    /// Steps done.
    public internal(set) var step = 0

    let optimizer: Adam
    let auxiliaryOptimizer: Adam?
    let averages: MovingAverage
    private let processes: ProcessGroup

    /// - Parameter processes: those that share every batch, of each of which the task gives its own part.
    /// - Throws: `SettingError` when all parameters are frozen.
    public init(
        _ configuration: TrainingConfiguration<Task.Settings>, task: Task, processes: ProcessGroup = SingleProcess()
    ) throws {
        (self.configuration, self.task, self.processes) = (configuration, task, processes)
        let settings = configuration.optimization
        func adam(_ parameters: [Parameter]) -> Adam {
            Adam(parameters, beta1: Float(settings.beta1), beta2: Float(settings.beta2), epsilon: Float(settings.epsilon))
        }
        let learned = Self.learned(task.parameters)
        let frozen = settings.frozen.split(separator: ",")
        optimizer = adam(learned.filter { parameter in !frozen.contains { parameter.name.hasPrefix($0) } })
        guard !optimizer.parameters.isEmpty else {
            throw SettingError(key: "optimization.frozen", value: settings.frozen, allowed: "beginnings of some names, not of all")
        }
        auxiliaryOptimizer = task.auxiliary.map { adam(Self.learned($0.parameters)) }
        averages = MovingAverage(learned, decay: Float(settings.averageDecay))
    }

    /// The parameters that optimizer and moving average change: the one place that tells them from what else a network stores.
    private static func learned(_ parameters: [Parameter]) -> [Parameter] { parameters.filter(\.isLearned) }

    /// The moving average of the weights, the result of a run: one tensor for each of the task's parameters, in their order. Parameters
    /// that are not learned have their own values.
    public var averagedWeights: [Tensor] {
        let average = Dictionary(uniqueKeysWithValues: zip(averages.parameters.map(\.name), averages.values))
        return task.parameters.map { parameter in
            let value = average[parameter.name] ?? parameter.value
            // The average changes in place.
            return Tensor(value.values, value.shape)
        }
    }

    /// One step: the gradients of some batches, averaged, and one change of the weights.
    ///
    /// - Throws: `Divergence` when a loss or a gradient is not finite, what is learned being then as before, but for an auxiliary network that
    ///   learns first; and when the new weights make no network.
    public func advance() throws -> StepRecord {
        try checkWeights()
        var gradients = try stepGradients()
        let length = GradientNorm.length(gradients.network)
        guard length.isFinite, GradientNorm.length(gradients.auxiliary).isFinite else {
            throw Divergence(step: step + 1, what: "the gradient is not finite")
        }
        let limit = configuration.optimization.clipNorm
        if limit > 0 { GradientNorm.clip(&gradients.network, length: length, limit: Float(limit)) }
        let rate = configuration.learningRate(at: step)
        optimizer.step(gradients.network, learningRate: Float(rate))
        try checkWeights()
        if !gradients.auxiliary.isEmpty, !gradients.isFollowed { followAuxiliary(gradients.auxiliary) }
        averages.update(step: step)
        step += 1
        return StepRecord(
            step: step, learningRate: rate, losses: gradients.losses, total: gradients.total, gradientNorm: length)
    }

    private func followAuxiliary(_ gradients: [Tensor?]) {
        let rate = configuration.learningRate(at: step) * configuration.optimization.discriminatorRate
        auxiliaryOptimizer?.step(gradients, learningRate: Float(rate))
    }

    private func checkWeights() throws {
        if let problem = task.weightProblem { throw Divergence(step: step + 1, what: problem) }
    }

    /// Losses and gradients of a step's batches, averaged over the batches, their parts and all processes.
    private func stepGradients() throws -> BatchGradients {
        let accumulation = configuration.optimization.accumulation
        var sums = BatchGradients(parameters: optimizer.parameters.count), parts = 1
        for _ in 0..<accumulation {
            // The threads share the parts of a batch, not the loops of each operator: they meet once a batch.
            let batches = task.nextBatches(step: step)
            parts = accumulation * batches.count
            for part in Parallel.workers(batches.count, { self.gradients(batches[$0]) }) { sums.add(part, share: 1 / Double(parts)) }
        }
        sums.averageLosses(over: processes)
        guard sums.total.isFinite else { throw Divergence(step: step + 1, what: "the loss is not finite") }
        sums.averageGradients(parts: parts, over: processes)
        return sums
    }

    /// Losses and gradients of a part of a batch.
    private func gradients(_ batch: Task.Batch) -> BatchGradients {
        let values = optimizer.parameters.map(\.value)
        let tape = Tape(watching: values)
        var losses = Tape.$current.withValue(tape) { task.losses(batch, step: step) }
        var judged: AuxiliaryGradients?
        if let add = losses.afterAuxiliary {
            judged = auxiliaryGradients(losses)
            if let found = judged?.gradients, GradientNorm.length(found).isFinite {
                followAuxiliary(found)
            }
            Tape.$current.withValue(tape) { add(&losses) }
        }
        let total = Tape.$current.withValue(tape) { losses.total }
        let gradients = tape.gradients(of: total)
        var result = BatchGradients(
            losses: Dictionary(uniqueKeysWithValues: losses.terms.map { ($0.name, Double($0.value.values[0])) }),
            total: Double(total.values[0]), network: values.map { gradients[$0] }, auxiliary: [])
        if let judged = judged ?? auxiliaryGradients(losses) {
            result.losses[judged.name] = judged.loss
            (result.auxiliary, result.isFollowed) = (judged.gradients, losses.afterAuxiliary != nil)
        }
        return result
    }

    private typealias AuxiliaryGradients = (name: String, loss: Double, gradients: [Tensor?])

    /// What the auxiliary network loses on a part of a batch, and its gradients; nil while it does not learn.
    private func auxiliaryGradients(_ losses: BatchLosses) -> AuxiliaryGradients? {
        guard let loss = losses.auxiliary, let auxiliary = task.auxiliary, let optimizer = auxiliaryOptimizer else { return nil }
        let values = optimizer.parameters.map(\.value)
        let tape = Tape(watching: values)
        let value = Tape.$current.withValue(tape) { loss() }
        let gradients = tape.gradients(of: value)
        return (auxiliary.name, Double(value.values[0]), values.map { gradients[$0] })
    }
}
