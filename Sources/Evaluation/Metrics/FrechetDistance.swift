import Tensors

/// The Fréchet distance of two normal distributions with the means and covariances of features (Heusel et al. 2017):
/// |μ₁ − μ₂|² + tr(C₁ + C₂ − 2·√(C₁C₂)).
public struct FrechetDistance {
    private let mean: [Double]
    private let trace: Double
    /// B with BᵀB = C₁, without rows of nothing: √(C₁C₂) has the eigenvalues of √(B·C₂·Bᵀ), which is symmetric.
    private let root: [Double]

    /// - Parameter truth: from which distances are taken; of two frames at least.
    public init(from truth: FeatureStatistics) {
        precondition(truth.count > 1, "a covariance takes two frames")
        let covariance = truth.covariance, (values, rows) = covariance.eigenvectors, size = covariance.size
        (mean, trace) = (truth.mean, covariance.trace)
        let least = 1e-14 * (values.last ?? 0)
        root = values.indices.filter { values[$0] > least }.flatMap { index in
            let scale = values[index].squareRoot()
            return rows[index * size..<(index + 1) * size].map { $0 * scale }
        }
    }

    /// - Parameter found: features of as many values, of two frames at least.
    /// - Returns: 0 for the same statistics.
    public func distance(to found: FeatureStatistics) -> Double {
        precondition(found.count > 1, "a covariance takes two frames")
        let covariance = found.covariance
        let squares = zip(mean, found.mean).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        // Rounding takes some of those that are 0 below it.
        let shared = covariance.projected(on: root).eigenvalues.reduce(0) { $0 + max($1, 0).squareRoot() }
        return squares + trace + covariance.trace - 2 * shared
    }
}
