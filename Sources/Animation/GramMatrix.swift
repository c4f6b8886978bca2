import Tensors

/// DᵀD of a motion dictionary: the identity, as far as its directions are orthonormal.
public struct GramMatrix: Sendable {
    /// (M, M).
    public let values: Tensor
    /// The largest |DᵀD − I|.
    public let deviation: Float

    /// - Parameter directions: (code, M), a direction a column.
    public init(_ directions: Tensor) {
        precondition(directions.shape.count == 2)
        let (rows, count) = (directions.shape[0], directions.shape[1])
        let d = directions.values
        var values = [Float](repeating: 0, count: count * count)
        var deviation = 0.0
        for i in 0..<count {
            for j in 0..<count {
                // In double precision, so that what deviates is the dictionary and not the sum.
                let product = (0..<rows).reduce(0.0) { $0 + Double(d[$1 * count + i]) * Double(d[$1 * count + j]) }
                values[i * count + j] = Float(product)
                deviation = max(deviation, abs(product - (i == j ? 1 : 0)))
            }
        }
        self.values = Tensor(values, [count, count])
        self.deviation = Float(deviation)
    }
}
