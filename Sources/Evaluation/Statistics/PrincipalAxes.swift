/// Points in the plane of their two leading axes (principal component analysis, Pearson 1901).
public struct PrincipalAxes: Sendable {
    /// The coordinates of every point along the first and the second axis, from the points' mean. Each axis points to where its
    /// largest coordinate is positive.
    public let points: [(x: Double, y: Double)]
    /// The parts of all variance that the two axes hold, 0 to 1.
    public let shares: (x: Double, y: Double)

    /// - Parameter values: points of as many coordinates each, at least two.
    public init(_ values: [[Double]]) {
        precondition(!values.isEmpty && values[0].count >= 2, "points in a plane or a larger space")
        let (count, size) = (values.count, values[0].count)
        let mean = (0..<size).map { axis in values.reduce(0) { $0 + $1[axis] } / Double(count) }
        let centered = values.map { point in (0..<size).map { point[$0] - mean[$0] } }
        var matrix = [[Double]](repeating: [Double](repeating: 0, count: size), count: size)
        for point in centered {
            for i in 0..<size { for j in 0..<size { matrix[i][j] += point[i] * point[j] } }
        }
        let total = (0..<size).reduce(0) { $0 + matrix[$1][$1] }
        let axes = Self.eigenvectors(&matrix)
        let order = (0..<size).sorted { matrix[$0][$0] > matrix[$1][$1] }
        func coordinates(_ axis: Int) -> [Double] {
            let found = centered.map { point in (0..<size).reduce(0) { $0 + point[$1] * axes[$1][axis] } }
            let largest = found.max { abs($0) < abs($1) } ?? 0
            return largest < 0 ? found.map { -$0 } : found
        }
        points = zip(coordinates(order[0]), coordinates(order[1])).map { (x: $0, y: $1) }
        shares = total > 0 ? (matrix[order[0]][order[0]] / total, matrix[order[1]][order[1]] / total) : (0, 0)
    }

    /// Jacobi's rotations: makes a symmetric matrix diagonal, its eigenvalues.
    ///
    /// - Returns: the eigenvectors as columns.
    private static func eigenvectors(_ a: inout [[Double]]) -> [[Double]] {
        let n = a.count
        var vectors = (0..<n).map { row in (0..<n).map { $0 == row ? 1.0 : 0 } }
        for _ in 0..<60 {
            var (off, all) = (0.0, 0.0)
            for i in 0..<n {
                for j in 0..<n {
                    all += a[i][j] * a[i][j]
                    if i != j { off += a[i][j] * a[i][j] }
                }
            }
            if off <= 1e-26 * all { break }
            for p in 0..<n {
                for q in p + 1..<n where a[p][q] != 0 {
                    let theta = (a[q][q] - a[p][p]) / (2 * a[p][q])
                    let t = (theta < 0 ? -1 : 1) / (abs(theta) + (theta * theta + 1).squareRoot())
                    let c = 1 / (t * t + 1).squareRoot()
                    let s = t * c
                    for k in 0..<n { (a[k][p], a[k][q]) = (c * a[k][p] - s * a[k][q], s * a[k][p] + c * a[k][q]) }
                    for k in 0..<n { (a[p][k], a[q][k]) = (c * a[p][k] - s * a[q][k], s * a[p][k] + c * a[q][k]) }
                    for k in 0..<n {
                        (vectors[k][p], vectors[k][q]) = (c * vectors[k][p] - s * vectors[k][q], s * vectors[k][p] + c * vectors[k][q])
                    }
                }
            }
        }
        return vectors
    }
}
