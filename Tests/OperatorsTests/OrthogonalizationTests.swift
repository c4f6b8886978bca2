import Foundation
import Operators
import Tensors
import Testing
import TestSupport

struct OrthogonalizationTests {
    /// ‖QᵀQ − I‖∞, the largest entry.
    private func deviation(_ q: Tensor) -> Float {
        let (rows, columns, values) = (q.shape[0], q.shape[1], q.values)
        var largest: Float = 0
        for a in 0..<columns {
            for b in 0..<columns {
                var sum = 0.0
                for row in 0..<rows {
                    sum += Double(values[row * columns + a]) * Double(values[row * columns + b])
                }
                largest = max(largest, abs(Float(sum) - (a == b ? 1 : 0)))
            }
        }
        return largest
    }

    @Test func agreesWithTheAuthorsDictionary() throws {
        let vectors = try ReferenceVectors.operators()
        let q = try Orthogonalization.orthonormalize(try vectors("direction/param/weight"))
        #expect(Difference(q, try vectors("direction/Q")).isWithin(1e-5))
        #expect(deviation(q) <= 1e-6)
    }

    /// Matrices and LAPACK's Q for them, written by Tools/fixtures/make_orthogonalization_fixture.py: tall, square, one
    /// column, nearly parallel columns, axis-aligned ones with zero pivots, and the published shape.
    @Test(arguments: ["tall", "square", "column", "parallel", "axes", "published"])
    func agreesWithLAPACK(_ name: String) throws {
        let vectors = try ReferenceVectors.file("orthogonalization.safetensors")
        let q = try Orthogonalization.orthonormalize(try vectors("\(name)/A"))
        let difference = Difference(q, try vectors("\(name)/Q"))
        #expect(difference.sameShape && difference.largest <= 1e-5, "\(name): \(difference)")
        #expect(deviation(q) <= 1e-6, "\(name): \(deviation(q))")
    }

    /// The gradient at the published shape and with many directions, against central differences along a random change.
    @Test(arguments: [20, 200]) func gradientIsTheDifference(columns: Int) throws {
        var random = RandomSource(seed: 3)
        let (matrix, change, weights) = (random.normal([512, columns]), random.normal([512, columns]), random.normal([512, columns]))
        let tape = Tape(watching: [matrix])
        let q = try Tape.$current.withValue(tape) { try Orthogonalization.orthonormalize(matrix) }
        #expect(deviation(q) <= 1e-6)
        let total = Tape.$current.withValue(tape) { WeightedSum.forward(q, weights: weights) }
        let gradient = try #require(tape.gradients(of: total)[matrix]).values
        let along = zip(gradient, change.values).reduce(0) { $0 + Double($1.0) * Double($1.1) }
        func value(_ step: Float) throws -> Double {
            let moved = Tensor(zip(matrix.values, change.values).map { $0 + step * $1 }, matrix.shape)
            let values = try Orthogonalization.orthonormalize(moved).values, at = q.values, factors = weights.values
            // The signs jump where a pivot passes 0; between jumps they are constant.
            let signs = (0..<columns).map { column in
                stride(from: column, to: values.count, by: columns).reduce(Float(0)) { $0 + values[$1] * at[$1] } < 0 ? -1.0 : 1
            }
            return values.indices.reduce(0) { $0 + signs[$1 % columns] * Double(values[$1]) * Double(factors[$1]) }
        }
        let difference = try (value(0.005) - value(-0.005)) / 0.01
        #expect(abs(along - difference) <= 1e-3 * abs(difference) + 1e-3, "\(along), \(difference)")
    }

    @Test func dependentColumnsAreRefused() {
        let matrix = Tensor([1, 2, 0, 2, 4, 1, 3, 6, 5], [3, 3])
        #expect { try Orthogonalization.orthonormalize(matrix) } throws: {
            ($0 as? Orthogonalization.DependentColumn)?.column == 1
        }
        #expect(throws: Orthogonalization.DependentColumn.self) {
            try Orthogonalization.orthonormalize(Tensor(repeating: 1e-8, [8, 3]))
        }
    }
}
