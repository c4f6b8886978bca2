import Tensors

/// Rows and columns repeated: nearest-neighbor enlargement by whole numbers.
public enum NearestEnlargement {
    /// (N, C, …, H, W) → (N, C, …, rows·H, columns·W).
    public static func forward(_ x: Tensor, rows: Int = 2, columns: Int = 2) -> Tensor {
        precondition(x.shape.count >= 3 && rows > 0 && columns > 0, "\(x.shape) times \(rows)×\(columns)")
        let width = x.shape[x.shape.count - 1], height = x.shape[x.shape.count - 2], wide = width * columns
        let shape = x.shape.dropLast(2) + [height * rows, wide], lines = x.count / max(width, 1)
        return Operator.nearestEnlargement.run(on: [x], operations: 0) {
            let result = Tensor(uninitialized: Array(shape))
            let (from, to) = (x.pointer, result.mutablePointer)
            if OperatorPath.current == .reference {
                for index in 0..<result.count {
                    let (line, column) = (index / wide, index % wide)
                    to[index] = from[line / rows * width + column / columns]
                }
                return result
            }
            Parallel.ranges(lines, grain: max(1, 4096 / wide)) { range in
                for line in range {
                    let (source, target) = (from + line * width, to + line * rows * wide)
                    if columns == 2 {
                        for column in 0..<width { (target[2 &* column], target[2 &* column &+ 1]) = (source[column], source[column]) }
                    } else {
                        for column in 0..<width {
                            for copy in 0..<columns { target[column * columns + copy] = source[column] }
                        }
                    }
                    for copy in 1..<rows { (target + copy * wide).update(from: target, count: wide) }
                }
            }
            return result
        } backward: { gradient, _ in
            let dx = Tensor(zeros: x.shape), (from, to) = (gradient.pointer, dx.mutablePointer)
            Parallel.ranges(lines, grain: max(1, 4096 / wide)) { range in
                for line in range {
                    for copy in 0..<rows {
                        let source = from + (line * rows + copy) * wide
                        for column in 0..<wide { to[line * width + column / columns] += source[column] }
                    }
                }
            }
            return [dx]
        }
    }
}
