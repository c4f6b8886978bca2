import Evaluation
import Foundation
import Testing
import TestSupport

@Suite struct StatisticsTests {
    private func rows(_ name: String) throws -> [[Double]] {
        let tensor = try ReferenceVectors.file("metrics.safetensors")(name)
        let width = tensor.shape[1]
        return stride(from: 0, to: tensor.count, by: width).map { tensor.values[$0..<$0 + width].map(Double.init) }
    }

    @Test func heldOutPredictionAgreesWithNumpy() throws {
        let (x, y) = (try rows("ridge/x"), try rows("ridge/y"))
        let expected = try ReferenceVectors.file("metrics.safetensors")("ridge/r2").values
        let found = RidgeRegression.heldOut(predictors: x, targets: y, groups: x.indices.map { $0 / 14 })
        #expect(found.count == 3)
        for (a, b) in zip(found, expected) { #expect(abs(try #require(a) - Double(b)) < 1e-5) }
        // Noise is not predicted; a linear function is, but for the penalty.
        let (noise, linear) = (try #require(found[1]), try #require(found[2]))
        #expect(noise < 0.1 && linear > 0.99)
        let constant = RidgeRegression.heldOut(
            predictors: x, targets: x.map { _ in [3] }, groups: x.indices.map { $0 / 14 })
        #expect(constant == [nil])
    }

    @Test func tablesOfDirections() throws {
        let (x, y) = (try rows("ridge/x"), try rows("ridge/y"))
        let table = DirectionTable(
            model: "m", magnitudes: x, parameters: ["a", "b", "c"], poses: y, groups: x.indices.map { $0 / 14 })
        let expected = try rows("ridge/squared_correlation")
        #expect(table.squaredCorrelations.count == 6 && table.frames == 70)
        for (found, expected) in zip(table.squaredCorrelations.joined(), expected.joined()) { #expect(abs(found - expected) < 1e-5) }

        // Two directions, each of one parameter alone.
        let alone = (0..<16).map { [cos(Double($0) * .pi / 4), sin(Double($0) * .pi / 4)] }
        let clean = DirectionTable(
            model: "m", magnitudes: alone, parameters: ["a", "b"], poses: alone.map { [2 * $0[0], -$0[1]] },
            groups: (0..<16).map { $0 / 8 })
        #expect((clean.disentanglement + clean.completeness + [clean.meanDisentanglement]).allSatisfy { abs($0 - 1) < 1e-9 })
        // Turned by 45°, each direction goes with both alike.
        let mixed = DirectionTable(
            model: "m", magnitudes: alone.map { [$0[0] + $0[1], $0[0] - $0[1]] }, parameters: ["a", "b"], poses: alone,
            groups: (0..<16).map { $0 / 8 })
        #expect((mixed.disentanglement + mixed.completeness).allSatisfy { abs($0) < 1e-9 })
        #expect(mixed.predicted.allSatisfy { ($0 ?? 0) > 0.97 })
    }

    @Test func axesAgreeWithNumpy() throws {
        let axes = PrincipalAxes(try rows("ridge/x"))
        let expected = try rows("axes/points")
        #expect(axes.points.count == 70)
        for (point, expected) in zip(axes.points, expected) {
            #expect(abs(point.x - expected[0]) < 1e-4 && abs(point.y - expected[1]) < 1e-4)
        }
        let shares = try ReferenceVectors.file("metrics.safetensors")("axes/shares").values
        #expect(abs(axes.shares.x - Double(shares[0])) < 1e-5 && abs(axes.shares.y - Double(shares[1])) < 1e-5)
        // Without any spread there is nothing to find, and nothing to fall over.
        let still = PrincipalAxes([[1, 2, 3], [1, 2, 3]])
        #expect(still.points.allSatisfy { $0.x == 0 && $0.y == 0 } && still.shares == (0, 0))
    }

    @Test func intervalsHoldTheMean() throws {
        let values = [1.0, 2, 4, 8, 3, 5, 9, 1, 2, 6]
        let estimate = Estimate(values)
        #expect(abs(estimate.mean - 4.1) < 1e-12)
        // Near the normal one, mean ± 1.96 σ/√n = 4.1 ± 1.68.
        let (low, high) = (try #require(estimate.low), try #require(estimate.high))
        #expect(abs(low - 2.4) < 0.3 && abs(high - 5.8) < 0.3)
        #expect(Estimate(values) == estimate)
        #expect(Estimate([7]).low == nil && Estimate([7]).mean == 7)
        #expect(Estimate([7, 7, 7]).low == 7 && Estimate([7, 7, 7]).high == 7)
    }

    @Test func signsAreFlipped() {
        // All of one sign: 2 of 2ⁿ combinations are as far out.
        #expect(SignFlipTest.p([1, 2, 3]) == 0.25)
        #expect(SignFlipTest.p([-1, -2, -3, -1, -2, -4]) == 2.0 / 64)
        #expect(SignFlipTest.p([1, -1]) == 1 && SignFlipTest.p([0, 0, 0]) == 1)
        // 0.5 + 1 − 0.2: the sums are ±1.3, ±1.7, ±0.7, ±0.3.
        #expect(SignFlipTest.p([0.5, 1, -0.2]) == 0.5)
        // Drawn, not counted: one of the 2²⁰ combinations in each direction.
        #expect(SignFlipTest.p([Double](repeating: 1, count: 20)) < 1e-3)
        #expect(SignFlipTest.p((0..<20).map { $0 % 2 == 0 ? 1 : -1 }) == 1)
    }

    @Test func correlations() throws {
        #expect(abs(try #require(Correlation.between([1, 2, 3], [-2, -4, -6])) + 1) < 1e-12)
        #expect(abs(try #require(Correlation.between([1, 0, -1, 0], [0, 1, 0, -1]))) < 1e-12)
        #expect(Correlation.between([1, 1], [1, 2]) == nil)
    }
}
