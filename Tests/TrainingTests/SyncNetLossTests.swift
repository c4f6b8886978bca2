import Networks
import Operators
import Tensors
import Testing
import Training

/// What a SyncNet learns from: each mouth with its own sound, with that of another moment, and with others'.
@Suite struct SyncNetLossTests {
    private func task(others: String) throws -> SyncNetTask {
        let speakers = try TinySpeakers()
        let configuration = try SyncNetConfiguration.read(
            nil, changes: [("mouth_size", "32"), ("divisor", "16"), ("samples", "3"), ("puppets", "1"), ("others", others)])
        return try SyncNetTask(configuration, dataset: speakers.tiny.dataset)
    }

    private func batch(_ count: Int) -> SyncNetBatch {
        var random = RandomSource(seed: 5)
        func rows() -> Tensor { random.normal([count, 3, 9]) }
        return SyncNetBatch(mouths: random.normal([count, 15, 32, 32]), own: rows(), moved: rows())
    }

    /// The mean of (score − target)², of scores of pictures and rows one by one.
    private func error(_ network: SyncNet, _ pairs: [(Int, Int)], _ mouths: Tensor, _ rows: Tensor, target: Float) -> Float {
        let errors = pairs.map { mouth, sound in
            let score = network(
                Selection.forward(mouths, indices: [mouth]), sound: Selection.forward(rows, indices: [sound])
            ).values[0]
            return (score - target) * (score - target)
        }
        return errors.reduce(0, +) / Float(errors.count)
    }

    @Test func lossesAreThoseOfThePairs() throws {
        let task = try task(others: "0.25"), batch = batch(3), network = task.network
        let losses = task.losses(batch, step: 1), each = [(0, 0), (1, 1), (2, 2)]
        let others = [(0, 1), (0, 2), (1, 0), (1, 2), (2, 0), (2, 1)]
        let wanted: [(String, Double, Float)] = [
            ("in_sync", 0.5, error(network, each, batch.mouths, batch.own, target: 1)),
            ("moved", 0.375, error(network, each, batch.mouths, batch.moved, target: 0)),
            ("others", 0.125, error(network, others, batch.mouths, batch.own, target: 0)),
        ]
        #expect(losses.terms.map(\.name) == wanted.map(\.0) && losses.terms.map(\.weight) == wanted.map(\.1))
        for (term, (name, _, value)) in zip(losses.terms, wanted) { #expect(abs(term.value.values[0] - value) < 1e-5, "\(name)") }
        #expect(try self.task(others: "0").losses(batch, step: 1).terms.map(\.name) == ["in_sync", "moved"])
    }

    /// Nobody hears himself as another, and everybody is heard equally often.
    @Test(arguments: [2, 3, 9, 40]) func othersAreOthers(_ count: Int) {
        let others = batch(count).others
        #expect(others.count == count * min(count - 1, 8) && others.allSatisfy { $0.mouth != $0.sound })
        #expect(Set(others.map { $0.mouth * count + $0.sound }).count == others.count)
        for mouth in 0..<count {
            #expect(others.count { $0.mouth == mouth } == min(count - 1, 8) && others.count { $0.sound == mouth } == min(count - 1, 8))
        }
    }
}
