import Tensors

/// Enlarges maps smoothly by Catmull and Rom's cubic interpolation between pixel centers. Outside the map are the values of its border.
/// There is no gradient.
public enum Enlargement {
    /// - Parameters:
    ///   - x: (N, C, H, W).
    ///   - side: of the result, in pixels.
    /// - Returns: (N, C, side, side).
    public static func forward(_ x: Tensor, side: Int) -> Tensor {
        let (height, width) = (x.shape[2], x.shape[3]), planes = x.shape[0] * x.shape[1]
        return Operator.enlargement.run(on: [x], operations: 8 * planes * side * (side + height)) {
            let across = taps(from: width, to: side), down = taps(from: height, to: side)
            let result = Tensor(uninitialized: [x.shape[0], x.shape[1], side, side])
            let (from, to) = (x.pointer, result.mutablePointer)
            if OperatorPath.current == .reference {
                for index in 0..<result.count {
                    let (plane, row, column) = (index / (side * side), down[index / side % side], across[index % side])
                    var sum: Float = 0
                    for i in 0..<4 {
                        for j in 0..<4 {
                            let value = from[(plane * height + Int(row.places[i])) * width + Int(column.places[j])]
                            sum += row.weights[i] * column.weights[j] * value
                        }
                    }
                    to[index] = sum
                }
                return result
            }
            Parallel.forEach(planes) { plane in
                Tensor.withScratch(height * side) { wide in
                    let source = from + plane * height * width
                    for y in 0..<height {
                        for (column, tap) in across.enumerated() {
                            var sum: Float = 0
                            for k in 0..<4 { sum += tap.weights[k] * source[y * width + Int(tap.places[k])] }
                            wide[y * side + column] = sum
                        }
                    }
                    for (row, tap) in down.enumerated() {
                        let target = to + (plane * side + row) * side
                        let (a, b, c, d) = (
                            wide + Int(tap.places[0]) * side, wide + Int(tap.places[1]) * side, wide + Int(tap.places[2]) * side,
                            wide + Int(tap.places[3]) * side
                        )
                        let w = tap.weights
                        for column in 0..<side {
                            target[column] = w[0] * a[column] + w[1] * b[column] + w[2] * c[column] + w[3] * d[column]
                        }
                    }
                }
            }
            return result
        }
    }

    /// For every index of the result the four indices that it reads, and their weights.
    private static func taps(from count: Int, to side: Int) -> [(places: SIMD4<Int32>, weights: SIMD4<Float>)] {
        (0..<side).map { index in
            let center = (Float(index) + 0.5) * Float(count) / Float(side) - 0.5
            let left = center.rounded(.down), t = center - left
            let places = (SIMD4(-1, 0, 1, 2) &+ Int32(left)).clamped(lowerBound: .zero, upperBound: .init(repeating: Int32(count - 1)))
            let (t2, t3) = (t * t, t * t * t)
            return (
                places,
                SIMD4(-t + 2 * t2 - t3, 2 - 5 * t2 + 3 * t3, t + 4 * t2 - 3 * t3, t3 - t2) / 2
            )
        }
    }
}
