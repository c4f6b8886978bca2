/// Linear equations with a symmetric positive definite matrix.
package enum SquareSystem {
    /// Solves A·x = b by Cholesky's factorization.
    ///
    /// - Parameters:
    ///   - matrix: A, n rows of n values; what makes it definite is the caller's part.
    ///   - sides: any number of right-hand sides b, n values each.
    /// - Returns: x for each side.
    package static func solve(_ matrix: [[Double]], _ sides: [[Double]]) -> [[Double]] {
        let n = matrix.count
        var lower = matrix
        for column in 0..<n {
            for row in column..<n {
                var sum = matrix[row][column]
                for k in 0..<column { sum -= lower[row][k] * lower[column][k] }
                lower[row][column] = row == column ? sum.squareRoot() : sum / lower[column][column]
            }
        }
        return sides.map { side in
            var x = side
            for row in 0..<n {
                for k in 0..<row { x[row] -= lower[row][k] * x[k] }
                x[row] /= lower[row][row]
            }
            for row in (0..<n).reversed() {
                for k in row + 1..<n { x[row] -= lower[k][row] * x[k] }
                x[row] /= lower[row][row]
            }
            return x
        }
    }
}
