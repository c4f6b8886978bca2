import Tensors

/// Differences between neighboring pixels, which are large at edges.
public enum Differences {
    /// (N, C, H, W) → (N, 2·C, H, W): every channel's difference to the next column, 0 in the last, then every channel's difference to
    /// the next row, 0 in the last.
    public static func forward(_ x: Tensor) -> Tensor {
        let (samples, channels, height, width) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3])
        let size = height * width
        return Operator.differences.run(on: [x]) {
            let result = Tensor(zeros: [samples, 2 * channels, height, width])
            let (from, to) = (x.pointer, result.mutablePointer)
            Parallel.forEach(samples * channels) { plane in
                let x = from + plane * size
                let across = to + (plane / channels * 2 * channels + plane % channels) * size
                let down = across + channels * size
                for i in 0..<height {
                    for p in i * width..<(i + 1) * width - 1 { across[p] = x[p + 1] - x[p] }
                }
                for p in 0..<size - width { down[p] = x[p + width] - x[p] }
            }
            return result
        } backward: { gradient, _ in
            let dx = Tensor(zeros: x.shape)
            let (from, to) = (gradient.pointer, dx.mutablePointer)
            Parallel.forEach(samples * channels) { plane in
                let x = to + plane * size
                let across = from + (plane / channels * 2 * channels + plane % channels) * size
                let down = across + channels * size
                for i in 0..<height {
                    for p in i * width..<(i + 1) * width - 1 {
                        x[p + 1] += across[p]
                        x[p] -= across[p]
                    }
                }
                for p in 0..<size - width {
                    x[p + width] += down[p]
                    x[p] -= down[p]
                }
            }
            return [dx]
        }
    }
}
