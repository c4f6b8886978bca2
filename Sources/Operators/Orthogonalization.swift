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
    /// A column is a combination of those before it, so that no direction is left.
    public struct DependentColumn: Error { public let column: Int }

    /// - Parameter matrix: (rows, columns), at least as many rows as columns.
    /// - Returns: Q, of the same shape: QᵀQ = I, and Q·R = `matrix` for an upper triangular R with LAPACK's signs.
    /// - Throws: `DependentColumn` when the columns are linearly dependent, to within 1e-12 of a column's length.
    public static func orthonormalize(_ matrix: Tensor) throws -> Tensor {
        let (rows, columns) = (matrix.shape[0], matrix.shape[1])
        precondition(rows >= columns, "\(matrix.shape) has more columns than rows")
        var basis = (0..<columns).map { column in
            (0..<rows).map { Double(matrix.pointer[$0 * columns + column]) }
        }
        keepAlive(matrix)
        for column in 0..<columns {
            let original = norm(basis[column])
            // Once is not enough where columns are nearly parallel; twice is (Giraud et al. 2005).
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
