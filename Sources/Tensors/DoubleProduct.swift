import COpenBLAS

/// Products of dense matrices of doubles on the calling thread, row-major and without gaps between rows.
public enum DoubleProduct {
    /// C ← α·op(A)·B + β·C, where op(A) is m×k, B is k×n and C is m×n.
    ///
    /// - Parameter transposeA: whether A is stored k×m.
    public static func multiply(
        m: Int, n: Int, k: Int, alpha: Double = 1, _ a: [Double], transposeA: Bool = false, _ b: [Double], beta: Double,
        _ c: inout [Double]
    ) {
        guard m > 0, n > 0 else { return }
        precondition(a.count >= m * k && b.count >= k * n && c.count >= m * n, "matrices of other sizes")
        ProductMemory.during {
            cblas_dgemm(
                CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans, CblasNoTrans, blasint(m), blasint(n), blasint(k), alpha, a,
                blasint(transposeA ? m : k), b, blasint(n), beta, &c, blasint(n))
        }
    }

    /// y ← α·op(A)·x + β·y, where A is rows×columns, and transposed where `transposed` says so.
    public static func apply(
        _ a: UnsafePointer<Double>, rows: Int, columns: Int, transposed: Bool = false, alpha: Double = 1, to x: UnsafePointer<Double>,
        beta: Double, _ y: UnsafeMutablePointer<Double>
    ) {
        ProductMemory.during {
            cblas_dgemv(
                CblasRowMajor, transposed ? CblasTrans : CblasNoTrans, blasint(rows), blasint(columns), alpha, a, blasint(columns), x, 1,
                beta, y, 1)
        }
    }

    /// X ← X·(Rᵀ)⁻¹, where X is rows×columns and R an upper triangle, columns×columns.
    public static func solve(_ x: inout [Double], rows: Int, times r: [Double], columns: Int) {
        precondition(x.count >= rows * columns && r.count >= columns * columns, "matrices of other sizes")
        ProductMemory.during {
            cblas_dtrsm(
                CblasRowMajor, CblasRight, CblasUpper, CblasTrans, CblasNonUnit, blasint(rows), blasint(columns), 1, r, blasint(columns),
                &x, blasint(columns))
        }
    }

    /// A ← A − f·rᵀ, for a row of A for each factor f.
    ///
    /// - Parameters:
    ///   - columns: how many values r and the rows of A have.
    ///   - stride: values from one row of A to the next.
    public static func subtractOuter(
        _ factors: ArraySlice<Double>, _ row: UnsafePointer<Double>, columns: Int, from a: UnsafeMutablePointer<Double>, stride: Int
    ) {
        guard !factors.isEmpty, columns > 0 else { return }
        factors.withUnsafeBufferPointer { factors in
            ProductMemory.during {
                cblas_dger(
                    CblasRowMajor, blasint(factors.count), blasint(columns), -1, factors.baseAddress!, 1, row, 1, a, blasint(stride))
            }
        }
    }

    /// The Euclidean length of a vector.
    public static func length(_ x: UnsafePointer<Double>, _ count: Int) -> Double {
        ProductMemory.during { cblas_dnrm2(blasint(count), x, 1) }
    }
}
