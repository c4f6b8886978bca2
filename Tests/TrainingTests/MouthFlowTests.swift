import Foundation
import Networks
import Operators
import Tensors
import TestSupport
import Testing
import Training

/// What is known of the flow of mouths, and what its pixels count.
@Suite struct MouthFlowTests {
    let speakers: TinySpeakers

    init() throws { speakers = try TinySpeakers() }

    private func configuration(_ changes: [(key: String, value: String)] = []) throws -> DINetTrainingConfiguration {
        try .read(
            nil,
            changes: [
                ("mouth_size", "64"), ("divisor", "16"), ("references", "2"), ("skips", "true"), ("samples", "6"), ("puppets", "1"),
                ("landmarks", speakers.landmarks), ("adversarial", "0"), ("flow", "1"), ("closing", "1"), ("jitter", "0.1"),
            ] + changes)
    }

    /// A drawn mouth looked up in its first reference where the flow says is nearer to the truth than that reference as it is.
    @Test func referencesMovedByTheKnownFlowLookLikeTheTruth() throws {
        let c = try configuration()
        let batch = try #require(try DINetTask(c, dataset: speakers.tiny.dataset).nextBatches(step: 0).first)
        let known = try #require(batch.flow),
            (count, height, width) = (batch.pictures.shape[0], batch.pictures.shape[2], batch.pictures.shape[3])
        let area = height * width, flows = known.flows.values, weights = known.weights.values
        var grid = [Float](repeating: 0, count: 2 * count * area)
        for picture in 0..<count {
            for p in 0..<area {
                grid[2 * (picture * area + p)] = flows[2 * picture * area + p] + Warp.linspace(p % width, width)
                grid[2 * (picture * area + p) + 1] = flows[(2 * picture + 1) * area + p] + Warp.linspace(p / width, height)
            }
        }
        let first = Selection.forward(
            batch.references.reshaped([count * 2, 3, height, width]), indices: (0..<count).map { 2 * $0 })
        let moved = GridSampling.forward(first, grid: Tensor(grid, [count, height, width, 2])).values
        let (truth, still) = (batch.pictures.values, first.values)
        var (error, copied, seen) = (0.0, 0.0, 0)
        for picture in 0..<count {
            for p in 0..<area where weights[picture * area + p] > 0 {
                seen += 1
                for channel in 0..<3 {
                    let index = (3 * picture + channel) * area + p
                    error += Double(abs(moved[index] - truth[index]))
                    copied += Double(abs(still[index] - truth[index]))
                }
            }
        }
        #expect(seen > count * 64 * 64 / 2 && error < 0.5 * copied, "\(error) of \(copied), \(seen) pixels")
        // L1 of a flow that is right is 0; pixels that count share 1/2 for each of x and y, and those of opened mouths 1.
        #expect(known.weights.values.reduce(0, +) <= 0.5001 && known.loss(flow: known.flows).values[0] < 1e-6)
    }

    /// A network that is not asked for flow makes none, and one without skips refuses to be asked.
    @Test func flowIsWantedOnlyWhereSomethingIsWarped() throws {
        let plain = try configuration([("flow", "0"), ("closing", "0")])
        #expect(try DINetTask(plain, dataset: speakers.tiny.dataset).nextBatches(step: 0)[0].flow == nil)
        #expect(throws: SettingError.self) { try configuration([("skips", "false")]) }
    }

    /// Turning, shifting and growing heads are polynomials of degree two here: they count alike, and what moves otherwise counts by its way.
    @Test func expressionsCountBeforeTheHead() {
        let side = 32
        let center = { (i: Int) -> Float in Float(2 * i + 1) / Float(side) - 1 }
        var values: [Float] = []
        for p in 0..<side * side {
            let (x, y) = (center(p % side), center(p / side))
            values += [0.1 + 1.1 * x - 0.2 * y + 0.15 * x * x, -0.05 + 0.2 * x + 0.9 * y - 0.1 * x * y]
        }
        let seen = Tensor(repeating: 1, [side, side])
        func shares(_ values: [Float]) -> [Float] {
            FlowShares(Tensor(values, [1, side, side, 2]), weight: seen, moving: 0, expressive: 0.6).values
        }
        #expect(shares(values).allSatisfy { abs($0 - 1) < 1e-6 })
        // Four pixels that move by 0.1 more: without the head's own polynomial bending after them each had 0.6·1024/4 of the weight.
        for p in [15 * side + 15, 15 * side + 16, 16 * side + 15, 16 * side + 16] { values[2 * p + 1] += 0.1 }
        let found = shares(values)
        #expect(abs(found.reduce(0, +) / Float(found.count) - 1) < 1e-5)
        #expect(found[15 * side + 15] > 50 && found[15 * side + 15] < 0.4 + 0.6 * 256, "\(found[15 * side + 15])")
        #expect(found.sorted()[found.count / 2] < 1, "\(found.sorted()[found.count / 2])")
    }
}
