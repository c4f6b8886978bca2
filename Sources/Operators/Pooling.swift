import Tensors

/// Means and maxima of 2×2 squares; a last odd row or column is left out.
public enum Pooling {
    /// (N, C, H, W) → (N, C, H/2, W/2), the mean of each square.
    public static func mean(_ x: Tensor) -> Tensor {
        pooled(.meanPooling, x, { ($0 + $1 + $2 + $3) / 4 }) { _, gradient in
            let quarter = gradient / 4
            return (quarter, quarter, quarter, quarter)
        }
    }

    /// (N, C, H, W) → (N, C, H/2, W/2), the largest value of each square. The gradient goes to the first value that is the largest.
    public static func max(_ x: Tensor) -> Tensor {
        pooled(.maximumPooling, x, { Swift.max(Swift.max($0, $1), Swift.max($2, $3)) }) { square, gradient in
            let largest = Swift.max(Swift.max(square.0, square.1), Swift.max(square.2, square.3))
            if square.0 == largest { return (gradient, 0, 0, 0) }
            if square.1 == largest { return (0, gradient, 0, 0) }
            return square.2 == largest ? (0, 0, gradient, 0) : (0, 0, 0, gradient)
        }
    }

    private typealias Square = (Float, Float, Float, Float)

    @inline(__always)
    private static func pooled(
        _ name: Operator, _ x: Tensor, _ value: @escaping (Float, Float, Float, Float) -> Float,
        _ spread: @escaping (Square, Float) -> Square
    ) -> Tensor {
        let (height, width) = (x.shape[2], x.shape[3])
        let (low, narrow) = (height / 2, width / 2)
        precondition(low > 0 && narrow > 0, "\(x.shape) is too small to pool")
        let rows = x.shape[0] * x.shape[1] * low
        /// The first value of the squares of a row of the result.
        func place(_ row: Int) -> Int { ((row / low) * height + row % low * 2) * width }
        return name.run(on: [x], operations: 4 * rows * narrow) {
            let result = Tensor(uninitialized: [x.shape[0], x.shape[1], low, narrow])
            let (from, to) = (x.pointer, result.mutablePointer)
            Parallel.ranges(rows, grain: Swift.max(1, 4096 / narrow)) { range in
                for row in range {
                    let (a, b) = (from + place(row), from + place(row) + width)
                    for j in 0..<narrow { to[row * narrow + j] = value(a[2 * j], a[2 * j + 1], b[2 * j], b[2 * j + 1]) }
                }
            }
            return result
        } backward: { gradient, _ in
            let dx = Tensor(zeros: x.shape)
            let (g, from, to) = (gradient.pointer, x.pointer, dx.mutablePointer)
            Parallel.ranges(rows, grain: Swift.max(1, 4096 / narrow)) { range in
                for row in range {
                    let start = place(row)
                    let (a, b) = (from + start, from + start + width)
                    for j in 0..<narrow {
                        let parts = spread((a[2 * j], a[2 * j + 1], b[2 * j], b[2 * j + 1]), g[row * narrow + j])
                        to[start + 2 * j] = parts.0
                        to[start + 2 * j + 1] = parts.1
                        to[start + width + 2 * j] = parts.2
                        to[start + width + 2 * j + 1] = parts.3
                    }
                }
            }
            return [dx]
        }
    }
}
