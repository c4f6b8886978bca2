import COpenBLAS

/// Dense matrix products on the calling thread, row-major.
public enum MatrixProduct {
    /// C ← α·op(A)·op(B) + β·C, where op(A) is m×k, op(B) is k×n and C is m×n.
    ///
    /// - Parameters:
    ///   - lda, ldb, ldc: values from one stored row to the next.
    ///   - transposeA, transposeB: whether A is stored k×m, and B n×k.
    public static func multiply(
        m: Int, n: Int, k: Int, alpha: Float = 1,
        _ a: UnsafePointer<Float>, lda: Int, transposeA: Bool = false,
        _ b: UnsafePointer<Float>, ldb: Int, transposeB: Bool = false,
        beta: Float = 0, _ c: UnsafeMutablePointer<Float>, ldc: Int
    ) {
        guard m > 0, n > 0 else { return }
        ProductMemory.during {
            if m == 1 {
                // A row times a matrix: the product of matrices would copy the matrix first.
                return cblas_sgemv(
                    CblasRowMajor, transposeB ? CblasNoTrans : CblasTrans, blasint(transposeB ? n : k), blasint(transposeB ? k : n), alpha,
                    b, blasint(ldb), a, blasint(transposeA ? lda : 1), beta, c, 1)
            }
            cblas_sgemm(
                CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans, transposeB ? CblasTrans : CblasNoTrans,
                blasint(m), blasint(n), blasint(k), alpha, a, blasint(lda), b, blasint(ldb), beta, c, blasint(ldc))
        }
    }

    /// y ← y + xᵀ·A, where A has as many rows as x has values and as many columns as y has.
    ///
    /// - Parameter lda: values from one row of A to the next.
    public static func add(
        _ x: UnsafePointer<Float>, rows: Int, times a: UnsafePointer<Float>, columns: Int, lda: Int, to y: UnsafeMutablePointer<Float>
    ) {
        guard rows > 0, columns > 0 else { return }
        ProductMemory.during {
            cblas_sgemv(CblasRowMajor, CblasTrans, blasint(rows), blasint(columns), 1, a, blasint(lda), x, 1, 1, y, 1)
        }
    }
}
