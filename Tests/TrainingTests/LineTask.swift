import Foundation
import Media
import Networks
import Operators
import Tensors
import Training

/// A family of its own, as small as can be: y = slope·x + offset, fitted to points of y = 2x − 1. It has nothing of a portrait network.
final class LineTask: TrainingTask {
    typealias Settings = LineSettings

    /// Points: (N, 2), x and 1; and (N, 1), y.
    struct Batch {
        let inputs, targets: Tensor
    }

    /// (1, 2): slope and offset.
    let line: Parameter
    /// (1, 1): a factor on the differences.
    let opponent: Parameter
    /// (1): how many batches were made, which is stored and not learned.
    let seen = Parameter(name: "seen", value: Tensor([0], [1]), isBuffer: true)
    private let configuration: Configuration
    private var random: RandomSource

    init(_ configuration: Configuration) {
        self.configuration = configuration
        let start = Float(configuration.network.start)
        line = Parameter(name: "line", value: Tensor([start, start], [1, 2]))
        opponent = Parameter(name: "factor", value: Tensor([0.5], [1, 1]))
        random = RandomSource(seed: UInt64(configuration.seed))
    }

    var summary: String { "a line through points of y = 2x − 1" }
    var inputs: [String] { [] }
    var parameters: [Parameter] { [line, seen] }
    var auxiliary: AuxiliaryNetwork? {
        configuration.losses.opponent ? AuxiliaryNetwork(name: "opponent", parameters: [opponent]) : nil
    }
    var dataIdentity: String { "y = 2x − 1" }
    var randomStates: [String: UInt64] {
        get { ["points": random.state] }
        set { random = RandomSource(seed: newValue["points"]!) }
    }

    /// Two parts.
    func nextBatches(step: Int) -> [Batch] {
        seen.value = Tensor([seen.value.values[0] + 2], [1])
        return (0..<2).map { _ in
            let count = configuration.data.points, noise = Float(configuration.data.noise)
            let xs = (0..<count).map { _ in 2 * random.uniform() - 1 }
            let ys = xs.map { 2 * $0 - 1 + noise * (random.uniform() - 0.5) }
            return Batch(inputs: Tensor(xs.flatMap { [$0, 1] }, [count, 2]), targets: Tensor(ys, [count, 1]))
        }
    }

    func losses(_ batch: Batch, step: Int) -> BatchLosses {
        var losses = BatchLosses()
        let found = Linear.forward(batch.inputs, weight: line.value)
        losses.add("absolute", weight: configuration.losses.absolute) { L1Loss.forward(found, target: batch.targets) }
        if configuration.losses.opponent {
            losses.auxiliary = { [opponent] in
                SoftplusLoss.forward(Linear.forward(Sum.forward(found, minus: batch.targets), weight: opponent.value), sign: 1)
            }
        }
        return losses
    }

    /// The distance of the weights from 2 and −1.
    func validation(weights: [Tensor]) -> Validation? {
        let (slope, offset) = (weights[0].values[0], weights[0].values[1])
        return Validation(l1: Double(abs(slope - 2) + abs(offset + 1)), psnr: 0, copiedL1: 3, copiedPSNR: 0, frames: 1)
    }

    func sampleSheet(weights: [Tensor]) -> Picture? { Picture(width: 16, height: 16, red: 9, green: 9, blue: 9) }
}
