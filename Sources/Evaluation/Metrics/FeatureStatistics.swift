import Tensors

/// Mean and covariance of features over frames, in float64.
public struct FeatureStatistics: Sendable {
    /// Frames counted.
    public private(set) var count = 0
    private var sums: [Double]
    private var products: SymmetricMatrix

    /// - Parameter size: values in a frame's features.
    public init(size: Int) { (sums, products) = ([Double](repeating: 0, count: size), SymmetricMatrix(zeros: size)) }

    /// Counts frames.
    ///
    /// - Parameters:
    ///   - features: of each frame, one after another.
    ///   - repeats: how many frames have the same ones.
    public mutating func add(_ features: [Float], repeats: Int = 1) {
        let rows = features.map(Double.init), size = sums.count
        precondition(rows.count % size == 0, "\(rows.count) values in rows of \(size)")
        for (index, value) in rows.enumerated() { sums[index % size] += value * Double(repeats) }
        products.addProducts(rows, factor: Double(repeats))
        count += rows.count / size * repeats
    }

    var mean: [Double] { sums.map { $0 / Double(count) } }

    /// That of a sample: the sum is divided by count − 1.
    var covariance: SymmetricMatrix {
        var centered = products
        centered.addProducts(mean, factor: -Double(count))
        return centered.scaled(1 / Double(count - 1))
    }
}
