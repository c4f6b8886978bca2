import Foundation
import Operators
import Tensors
import Testing
import TestSupport

struct OrthogonalizationTests {
    /// ‖QᵀQ − I‖∞, the largest entry.
    private func deviation(_ q: Tensor) -> Float {
        let (rows, columns) = (q.shape[0], q.shape[1])
        var largest: Float = 0
        for a in 0..<columns {
            for b in 0..<columns {
                var sum = 0.0
                for row in 0..<rows {
                    sum += Double(q.values[row * columns + a]) * Double(q.values[row * columns + b])
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
