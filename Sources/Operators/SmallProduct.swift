import Tensors

/// Products of matrices of two rows and columns, pair by pair.
public enum SmallProduct {
    /// (…, 2, 2) and as many others → (…, 2, 2), a·b.
    public static func forward(_ a: Tensor, _ b: Tensor) -> Tensor {
        precondition(a.shape == b.shape && a.shape.suffix(2) == [2, 2], "\(a.shape) and \(b.shape)")
        return Operator.smallProduct.run(on: [a, b], operations: 3 * a.count) {
            product(a, b)
        } backward: { gradient, _ in
            [product(gradient, b, transposeB: true), product(a, gradient, transposeA: true)]
        }
    }

    /// op(A)·op(B) of each pair, where op may transpose.
    static func product(_ a: Tensor, _ b: Tensor, transposeA: Bool = false, transposeB: Bool = false) -> Tensor {
        let result = Tensor(uninitialized: a.shape), (x, y, to) = (a.pointer, b.pointer, result.mutablePointer)
        let (down, across) = transposeA ? (1, 2) : (2, 1), (row, column) = transposeB ? (1, 2) : (2, 1)
        for place in stride(from: 0, to: a.count, by: 4) {
            for i in 0...1 {
                for j in 0...1 {
                    to[place + 2 * i + j] =
                        x[place + down * i] * y[place + column * j] + x[place + down * i + across] * y[place + row + column * j]
                }
            }
        }
        keepAlive(a, b)
        return result
    }
}
