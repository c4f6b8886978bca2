import Evaluation
import Tensors
import Testing
import TestSupport

/// The Fréchet distance against pytorch-fid (vectors of Tools/fixtures/make_measure_fixtures.py) and closed forms.
@Suite struct FrechetDistanceTests {
    private func statistics(_ samples: Tensor) -> FeatureStatistics {
        var statistics = FeatureStatistics(size: samples.shape[1])
        // In two parts, as of two clips.
        statistics.add(samples.items(0..<5).values)
        statistics.add(samples.items(5..<samples.shape[0]).values)
        return statistics
    }

    @Test(arguments: ["many", "few", "flat"])
    func agreesWithPyTorchFID(_ name: String) throws {
        let vectors = try ReferenceVectors.file("frechet.safetensors")
        let (a, b) = (statistics(try vectors("\(name)/a")), statistics(try vectors("\(name)/b")))
        let expected = Double(try vectors("\(name)/distance").values[0])
        let found = FrechetDistance(from: a).distance(to: b)
        #expect(abs(found - expected) <= 1e-5 * expected, "\(found) for \(expected)")
        #expect(abs(FrechetDistance(from: b).distance(to: a) - found) <= 1e-6 * found)
        #expect(abs(FrechetDistance(from: a).distance(to: a)) < 1e-5)
    }

    @Test func closedForm() {
        // Four points on the axes around a center: diagonal covariances, whose roots are known.
        func cross(_ center: [Float], _ reach: [Float]) -> FeatureStatistics {
            var statistics = FeatureStatistics(size: 2)
            for (x, y) in [(reach[0], 0), (-reach[0], 0), (0, reach[1]), (0, -reach[1])] {
                statistics.add([center[0] + x, center[1] + y])
            }
            return statistics
        }
        let distance = FrechetDistance(from: cross([1, 2], [3, 6])).distance(to: cross([4, -2], [5, 2]))
        // Variances 2r²/3: of each axis (√v₁ − √v₂)², and the centers' squared distance.
        #expect(abs(distance - (25 + 2.0 / 3 * (4 + 16))) < 1e-9, "\(distance)")
        // A still picture counts as often as it is seen, and never varies.
        var still = FeatureStatistics(size: 2)
        still.add([1, 2], repeats: 7)
        #expect(still.count == 7)
        #expect(abs(FrechetDistance(from: cross([1, 2], [3, 6])).distance(to: still) - 2.0 / 3 * 45) < 1e-9)
        #expect(abs(FrechetDistance(from: still).distance(to: cross([1, 3], [3, 6])) - 1 - 2.0 / 3 * 45) < 1e-9)
    }

    @Test func eigenvaluesOfASymmetricMatrix() {
        var matrix = SymmetricMatrix(zeros: 2)
        matrix.addProducts([1, 1, 1, -1], factor: 2)
        matrix.addProducts([1, 1])
        // 4·1 + (1 1)ᵀ(1 1).
        #expect(matrix.values == [5, 1, 1, 5] && matrix.trace == 10)
        let (values, rows) = matrix.eigenvectors
        #expect(zip(values + matrix.eigenvalues, [4, 6, 4, 6]).allSatisfy { abs($0 - $1) < 1e-12 })
        #expect(abs(rows[2] - rows[3]) < 1e-12 && abs(rows[2] * rows[2] - 0.5) < 1e-12)
        #expect(zip(matrix.projected(on: [1, 0, 1, 2]).values, [5, 7, 7, 29]).allSatisfy { abs($0 - $1) < 1e-12 })
    }
}
