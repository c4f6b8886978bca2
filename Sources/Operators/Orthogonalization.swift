import Tensors

/// The orthonormal basis of a matrix's columns, by modified Gram–Schmidt with re-orthogonalization, with the signs that
/// Householder QR gives.
///
/// The published weights were trained with LAPACK's Q. Its columns span what Gram–Schmidt gives, column by column, but each may
/// point the other way: Householder QR maps a column to −sign(α)·‖·‖, where α is its leading entry after the reflections
/// before it. That sign follows from the basis alone (the sign choice in Householder reconstruction: Ballard et al. 2014,
/// "Reconstructing Householder Vectors from Tall-Skinny QR", algorithm 4): eliminate below each pivot after subtracting the
/// chosen sign from it.
public enum Orthogonalization {
    /// A column is a linear combination of those before it: no direction is left.
    public struct DependentColumn: Error { public let column: Int }

    /// - Parameter matrix: (rows, columns), at least as many rows as columns.
    /// - Returns: Q, of the same shape: QᵀQ = I, and Q·R = `matrix` for an upper triangular R with LAPACK's signs.
    /// - Throws: `DependentColumn` when the columns are linearly dependent, to within 1e-12 of a column's length.
    public static func orthonormalize(_ matrix: Tensor) throws -> Tensor {
        let (rows, columns) = (matrix.shape[0], matrix.shape[1])
        precondition(rows >= columns, "\(matrix.shape) has more columns than rows")
        return try Operator.orthogonalization.run(on: [matrix], operations: 4 * rows * columns * columns) {
            var basis = (0..<columns).map { column in
                (0..<rows).map { Double(matrix.pointer[$0 * columns + column]) }
            }
            for column in 0..<columns {
                let original = norm(basis[column])
                // Two passes are needed if columns are nearly parallel, and suffice (Giraud et al. 2005).
                for _ in 0..<2 {
                    for previous in 0..<column {
                        let projection = zip(basis[column], basis[previous]).reduce(0) { $0 + $1.0 * $1.1 }
                        for row in 0..<rows { basis[column][row] -= projection * basis[previous][row] }
                    }
                }
                let length = norm(basis[column])
                guard length > 1e-12 * original, length.isFinite else { throw DependentColumn(column: column) }
                for row in 0..<rows { basis[column][row] /= length }
            }
            let signs = householderSigns(basis, rows: rows)
            let result = Tensor(uninitialized: [rows, columns])
            for column in 0..<columns {
                for row in 0..<rows {
                    result.mutablePointer[row * columns + column] = Float(signs[column] * basis[column][row])
                }
            }
            return result
        } backward: { arriving, result in
            [gradient(of: matrix, basis: result, arriving: arriving)]
        }
    }

    /// Back through A = Q·R with the gradient of Q alone: (dQ + Q·C)·R⁻ᵀ, where C is the symmetric matrix whose lower triangle is
    /// that of −dQᵀ·Q (Liao et al. 2019, "Differentiable Programming Tensor Networks", equation 3).
    private static func gradient(of matrix: Tensor, basis: Tensor, arriving: Tensor) -> Tensor {
        let (rows, columns) = (matrix.shape[0], matrix.shape[1])
        let (a, q, dq) = (matrix.values.map(Double.init), basis.values.map(Double.init), arriving.values.map(Double.init))
        /// Column i of one matrix times column j of another.
        func product(_ x: [Double], _ i: Int, _ y: [Double], _ j: Int) -> Double {
            (0..<rows).reduce(0) { $0 + x[$1 * columns + i] * y[$1 * columns + j] }
        }
        var r = [Double](repeating: 0, count: columns * columns), c = r
        for i in 0..<columns {
            for j in i..<columns { r[i * columns + j] = product(q, i, a, j) }
            for j in 0...i {
                c[i * columns + j] = -product(dq, i, q, j)
                c[j * columns + i] = c[i * columns + j]
            }
        }
        let result = Tensor(uninitialized: matrix.shape)
        for row in 0..<rows {
            // For each row b of dQ + Q·C, x·Rᵀ = b is solved from its last entry.
            var x = (0..<columns).map { j in
                dq[row * columns + j] + (0..<columns).reduce(0) { $0 + q[row * columns + $1] * c[$1 * columns + j] }
            }
            for j in (0..<columns).reversed() {
                for k in j + 1..<max(columns, j + 1) { x[j] -= x[k] * r[j * columns + k] }
                x[j] /= r[j * columns + j]
            }
            for j in 0..<columns { result.mutablePointer[row * columns + j] = Float(x[j]) }
        }
        return result
    }

    private static func norm(_ column: [Double]) -> Double { column.reduce(0) { $0 + $1 * $1 }.squareRoot() }

    /// The sign of each column in Householder QR; `basis` is orthonormal, column by column.
    private static func householderSigns(_ basis: [[Double]], rows: Int) -> [Double] {
        var remaining = basis
        var signs = [Double]()
        for k in basis.indices {
            let pivot = remaining[k][k]
            if remaining[k][(k + 1)...].allSatisfy({ $0 == 0 }) {
                // Nothing is left to reflect, so LAPACK leaves the column alone.
                signs.append(pivot < 0 ? -1 : 1)
                continue
            }
            let sign: Double = pivot < 0 ? 1 : -1
            signs.append(sign)
            for column in k + 1..<max(basis.count, k + 1) {
                let factor = remaining[column][k] / (pivot - sign)
                for row in k + 1..<rows { remaining[column][row] -= factor * remaining[k][row] }
            }
        }
        return signs
    }
}
