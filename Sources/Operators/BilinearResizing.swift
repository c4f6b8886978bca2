import Tensors

/// Pictures of another size by bilinear interpolation between the four nearest pixels, a pixel being an area (PyTorch's `interpolate`
/// with `align_corners=False`). A smaller picture is not smoothed first.
public enum BilinearResizing {
    /// (N, C, H, W) → (N, C, height, width).
    public static func forward(_ x: Tensor, height: Int, width: Int) -> Tensor {
        let (oldHeight, oldWidth) = (x.shape[2], x.shape[3])
        if oldHeight == height && oldWidth == width { return x }
        return Operator.bilinearResizing.run(on: [x], operations: 9 * x.shape[0] * x.shape[1] * height * width) {
            let (rows, columns) = (neighbors(oldHeight, height), neighbors(oldWidth, width))
            let result = Tensor(uninitialized: [x.shape[0], x.shape[1], height, width])
            let (from, to) = (x.pointer, result.mutablePointer)
            Parallel.ranges(x.shape[0] * x.shape[1] * height, grain: max(1, 4096 / width)) { range in
                for row in range {
                    let (plane, place) = (from + row / height * oldHeight * oldWidth, rows[row % height])
                    let (upper, lower) = (plane + place.first * oldWidth, plane + place.second * oldWidth)
                    for (column, side) in columns.enumerated() {
                        let above = upper[side.first] + (upper[side.second] - upper[side.first]) * side.fraction
                        let below = lower[side.first] + (lower[side.second] - lower[side.first]) * side.fraction
                        to[row * width + column] = above + (below - above) * place.fraction
                    }
                }
            }
            return result
        } backward: { gradient, _ in
            let (rows, columns) = (neighbors(oldHeight, height), neighbors(oldWidth, width))
            let dx = Tensor(zeros: x.shape), (from, to) = (gradient.pointer, dx.mutablePointer)
            Parallel.forEach(x.shape[0] * x.shape[1]) { plane in
                let target = to + plane * oldHeight * oldWidth
                for (row, place) in rows.enumerated() {
                    let (upper, lower) = (target + place.first * oldWidth, target + place.second * oldWidth)
                    for (column, side) in columns.enumerated() {
                        let arriving = from[(plane * height + row) * width + column]
                        let below = arriving * place.fraction, above = arriving - below
                        upper[side.first] += above * (1 - side.fraction)
                        upper[side.second] += above * side.fraction
                        lower[side.first] += below * (1 - side.fraction)
                        lower[side.second] += below * side.fraction
                    }
                }
            }
            return [dx]
        }
    }

    /// For each new index the two old ones that it lies between, and how far from the first, 0 to 1.
    private static func neighbors(_ old: Int, _ new: Int) -> [(first: Int, second: Int, fraction: Float)] {
        let scale = Float(old) / Float(new)
        return (0..<new).map { index in
            let center = max(0, (Float(index) + 0.5) * scale - 0.5), first = min(Int(center), old - 1)
            return (first, min(first + 1, old - 1), center - Float(first))
        }
    }
}
