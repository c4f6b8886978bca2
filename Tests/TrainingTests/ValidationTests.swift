import Foundation
import Networks
import Tensors
import Testing
import TestSupport
import Training

/// What is measured, and on which network.
@Suite struct ValidationTests {
    let tiny: TinyTraining

    init() throws { tiny = try TinyTraining() }

    /// L1 in [0, 1] of the result with its values clamped to [−1, 1], averaged over frames 1 … 7 of the clip, by hand.
    private func expectedL1(_ network: LIA, clip: Int, detail: Bool) -> (l1: Double, clamps: Bool) {
        let first = tiny.dataset.clips[clip].first, picture = Tensor(tiny.dataset.picture(first))
        let plain = network.encode(picture)
        let source: any EncodedPortrait = detail ? DetailedPortrait(plain, of: picture, network: network) : plain
        var sum = 0.0, clamps = false
        for frame in first + 1..<first + 8 {
            let driving = Tensor(tiny.dataset.picture(frame))
            let result = source.picture(network.encode(driving: driving)).values
            clamps = clamps || result.contains { abs($0) > 1.01 }
            sum += zip(result, driving.values).reduce(0) { $0 + Double(abs(min(max($1.0, -1), 1) - $1.1)) } / 2 / Double(result.count)
        }
        return (sum / 7, clamps)
    }

    @Test func valuesAreClampedBeforeTheyAreCompared() throws {
        let network = LIA(tiny.configuration().network.measures, seed: 4)
        let bias = try #require(network.parameters.last { $0.name.hasPrefix("dec.to_rgbs.") && $0.name.hasSuffix("bias") })
        bias.value = Tensor(bias.value.values.map { $0 + 1 }, bias.shape)
        for detail in [false, true] {
            let expected = expectedL1(network, clip: 1, detail: detail)
            let found = try #require(try Validation(network, dataset: tiny.dataset, clips: [1], detail: detail))
            #expect(expected.clamps && abs(found.l1 - expected.l1) < 1e-6, "\(found.l1), \(expected)")
        }
    }

    /// A run measures the moving average of its weights, as it learns: with the source's detail or without.
    @Test(arguments: [false, true]) func aRunMeasuresItsAverageAsItLearns(detail: Bool) throws {
        let c = tiny.configuration {
            $0.steps = 3
            $0.record.validateEvery = 3
            $0.network.detail = detail
            ($0.optimization.learningRate, $0.optimization.finalLearningRate) = (0.02, 0.02)
            $0.optimization.averageDecay = 0.1
            $0.network.startsFromCopy = false
            $0.data.validationClips = "clip2"
        }
        let run = try TrainingRun(folder: tiny.folder.file("run"), dataset: tiny.dataset, configuration: c)
        var found: Validation?
        try run.run { if case .validated(_, let validation) = $0 { found = validation } }
        let l1 = try #require(found).l1
        let average = run.trainer.averagedNetwork()
        #expect(abs(l1 - expectedL1(average, clip: 2, detail: detail).l1) < 1e-6)
        #expect(abs(l1 - expectedL1(average, clip: 2, detail: !detail).l1) > 1e-4)
        #expect(abs(l1 - expectedL1(run.trainer.task.network, clip: 2, detail: detail).l1) > 1e-5)
        // The record says what the event did.
        let line = try #require(String(contentsOfFile: tiny.folder.file("run/metrics.jsonl"), encoding: .utf8).split(separator: "\n").last)
        let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        let written = try #require((object?["validation"] as? [String: Any])?["l1"] as? Double)
        #expect(abs(written - l1) < 1e-12)
    }
}
