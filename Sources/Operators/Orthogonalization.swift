import Tensors

/// The orthonormal basis of a matrix's columns, by classical Gram–Schmidt, twice, in double precision, with the signs that Householder QR
/// gives.
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
            // A row for each column of the matrix.
            var basis = [Double](repeating: 0, count: columns * rows), coefficients = [Double](repeating: 0, count: columns)
            for column in 0..<columns {
                for row in 0..<rows { basis[column * rows + row] = Double(matrix.pointer[row * columns + column]) }
            }
            for column in 0..<columns {
                let length = basis.withUnsafeMutableBufferPointer { basis in
                    let (previous, own) = (basis.baseAddress!, basis.baseAddress! + column * rows)
                    let original = DoubleProduct.length(own, rows)
                    // Two passes are needed where columns are nearly parallel, and suffice (Giraud et al. 2005).
                    for _ in 0..<2 where column > 0 {
                        DoubleProduct.apply(previous, rows: column, columns: rows, to: own, beta: 0, &coefficients)
                        DoubleProduct.apply(
                            previous, rows: column, columns: rows, transposed: true, alpha: -1, to: coefficients, beta: 1, own)
                    }
                    let length = DoubleProduct.length(own, rows)
                    for row in 0..<rows { own[row] /= length }
                    return length > 1e-12 * original ? length : .nan
                }
                guard length.isFinite else { throw DependentColumn(column: column) }
            }
            let signs = householderSigns(basis, rows: rows)
            let result = Tensor(uninitialized: [rows, columns])
            for column in 0..<columns {
                for row in 0..<rows {
                    result.mutablePointer[row * columns + column] = Float(signs[column] * basis[column * rows + row])
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
        var r = [Double](repeating: 0, count: columns * columns), c = r, x = dq
        DoubleProduct.multiply(m: columns, n: columns, k: rows, q, transposeA: true, a, beta: 0, &r)
        DoubleProduct.multiply(m: columns, n: columns, k: rows, alpha: -1, dq, transposeA: true, q, beta: 0, &c)
        for i in 0..<columns { for j in 0..<i { c[j * columns + i] = c[i * columns + j] } }
        DoubleProduct.multiply(m: rows, n: columns, k: columns, q, c, beta: 1, &x)
        DoubleProduct.solve(&x, rows: rows, times: r, columns: columns)
        return Tensor(x.map { Float($0) }, matrix.shape)
    }

    /// The sign of each column in Householder QR.
    ///
    /// - Parameter basis: orthonormal, a row of `rows` values for each column.
    private static func householderSigns(_ basis: [Double], rows: Int) -> [Double] {
        let columns = basis.count / rows
        var remaining = basis, factors = [Double](repeating: 0, count: columns)
        return (0..<columns).map { k in
            let own = k * rows, pivot = remaining[own + k]
            if remaining[own + k + 1..<own + rows].allSatisfy({ $0 == 0 }) {
                // Nothing is left to reflect, so LAPACK leaves the column alone.
                return pivot < 0 ? -1 : 1
            }
            let sign: Double = pivot < 0 ? 1 : -1
            for column in k + 1..<max(columns, k + 1) { factors[column] = remaining[column * rows + k] / (pivot - sign) }
            remaining.withUnsafeMutableBufferPointer { remaining in
                let row = remaining.baseAddress! + own + k + 1
                DoubleProduct.subtractOuter(
                    factors[(k + 1)...], row, columns: rows - k - 1, from: row + rows, stride: rows)
            }
            return sign
        }
    }
}
