/// How far two series go together.
public enum Correlation {
    /// Pearson's coefficient, −1 to 1; nil when one of the series does not change.
    public static func between(_ a: [Double], _ b: [Double]) -> Double? {
        precondition(a.count == b.count && !a.isEmpty, "\(a.count) and \(b.count) values")
        let count = Double(a.count)
        let (meanA, meanB) = (a.reduce(0, +) / count, b.reduce(0, +) / count)
        var (product, squareA, squareB) = (0.0, 0.0, 0.0)
        for (x, y) in zip(a, b) {
            product += (x - meanA) * (y - meanB)
            squareA += (x - meanA) * (x - meanA)
            squareB += (y - meanB) * (y - meanB)
        }
        // Below that it is rounding that changes.
        guard squareA > 1e-18 * count, squareB > 1e-18 * count else { return nil }
        return product / (squareA * squareB).squareRoot()
    }
}
