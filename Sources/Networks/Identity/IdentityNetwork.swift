import Tensors

/// A fixed network that tells people apart by their faces.
public protocol IdentityNetwork {
    /// What it is, for the record.
    var name: String { get }
    /// Side of the pictures that it takes, in pixels.
    var side: Int { get }

    /// - Parameter pictures: (N, 3, side, side), RGB in [−1, 1].
    /// - Returns: (N, features), each row of length 1.
    func features(_ pictures: Tensor) -> Tensor
}

extension Tensor {
    /// Every row of (N, features) divided by its Euclidean length.
    func rowsOfLengthOne() -> Tensor {
        let (rows, columns, values) = (shape[0], shape[1], self.values)
        return Tensor(
            (0..<rows).flatMap { row in
                let own = values[row * columns..<(row + 1) * columns]
                let length = Float(max(own.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot(), 1e-12))
                return own.map { $0 / length }
            }, shape)
    }
}
