import COpenBLAS

/// A symmetric matrix of float64, for statistics.
public struct SymmetricMatrix: Sendable {
    /// The number of rows, and of columns.
    public let size: Int
    /// The values row by row, both triangles.
    public private(set) var values: [Double]

    public init(zeros size: Int) { (self.size, values) = (size, [Double](repeating: 0, count: size * size)) }

    public var trace: Double { (0..<size).reduce(0) { $0 + values[$1 * size + $1] } }

    /// Every value times `factor`.
    public func scaled(_ factor: Double) -> SymmetricMatrix {
        var result = self
        for index in values.indices { result.values[index] *= factor }
        return result
    }

    /// Adds factor·XᵀX.
    ///
    /// - Parameter rows: X, any number of rows of `size` values.
    public mutating func addProducts(_ rows: [Double], factor: Double = 1) {
        precondition(rows.count % size == 0, "\(rows.count) values in rows of \(size)")
        guard !rows.isEmpty else { return }
        let n = blasint(size)
        ProductMemory.during {
            cblas_dsyrk(CblasRowMajor, CblasUpper, CblasTrans, n, blasint(rows.count / size), factor, rows, n, 1, &values, n)
        }
        for row in 1..<max(size, 1) { for column in 0..<row { values[row * size + column] = values[column * size + row] } }
    }

    /// B·A·Bᵀ, where A is this matrix.
    ///
    /// - Parameter rows: B, any number of rows of `size` values.
    public func projected(on rows: [Double]) -> SymmetricMatrix {
        precondition(rows.count % size == 0, "\(rows.count) values in rows of \(size)")
        let count = rows.count / size
        var result = SymmetricMatrix(zeros: count)
        guard count > 0 else { return result }
        let (n, m) = (blasint(size), blasint(count))
        var half = [Double](repeating: 0, count: rows.count)
        ProductMemory.during {
            cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, m, n, n, 1, rows, n, values, n, 0, &half, n)
            cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, m, m, n, 1, half, n, rows, n, 0, &result.values, m)
        }
        return result
    }

    /// The eigenvalues, lowest first.
    public var eigenvalues: [Double] { decomposed(vectors: false).values }

    /// The eigenvalues, lowest first, and for each its vector of length 1 as a row of `size` values.
    public var eigenvectors: (values: [Double], rows: [Double]) { decomposed(vectors: true) }

    /// - Precondition: every value is finite.
    private func decomposed(vectors: Bool) -> (values: [Double], rows: [Double]) {
        guard size > 0 else { return ([], []) }
        var matrix = values, found = [Double](repeating: 0, count: size), problem: blasint = 0
        // The sizes of working memory that LAPACK's documentation demands.
        let works = vectors ? 1 + 6 * size + 2 * size * size : 1 + 2 * size, integers = vectors ? 3 + 5 * size : 1
        var work = [Double](repeating: 0, count: max(works, 1)), integerWork = [blasint](repeating: 0, count: integers)
        var (n, workCount, integerCount) = (blasint(size), blasint(works), blasint(integers))
        ProductMemory.during {
            dsyevd_(vectors ? "V" : "N", "U", &n, &matrix, &n, &found, &work, &workCount, &integerWork, &integerCount, &problem)
        }
        precondition(problem == 0, "eigenvalues of a matrix that is not finite")
        // LAPACK stores columns: they are rows here.
        return (found, vectors ? matrix : [])
    }
}
