import Tensors

/// Maxima and means of square windows of any size and stride. Maxima have no gradient.
public enum WindowPooling {
    /// - Parameters:
    ///   - x: (N, C, H, W).
    ///   - padding: how far windows reach over the edges, where there are no values; less than `window`.
    ///   - after: how far they reach over the lower and right edges where that differs.
    /// - Returns: (N, C, (H + 2·padding − window)/stride + 1, (W + 2·padding − window)/stride + 1), the largest value of each window.
    public static func max(
        _ x: Tensor, window: Int, stride: Int, padding: Int = 0, after: (rows: Int, columns: Int)? = nil
    ) -> Tensor {
        pooled(.windowMaximum, x, window, stride, padding, after: after, from: -.infinity, { Swift.max($0, $1) }) { largest, _ in largest }
    }

    /// The mean of each window, in the shape that `max` has.
    ///
    /// - Parameter countsPadding: true to count the padding as zeros: every sum is divided by window².
    public static func mean(_ x: Tensor, window: Int, stride: Int, padding: Int = 0, countsPadding: Bool = true) -> Tensor {
        pooled(
            .windowMean, x, window, stride, padding, from: 0,
            backward: { spread($0, of: x, window, stride, padding, countsPadding: countsPadding) }, { $0 + $1 }
        ) { sum, count in
            sum / Float(countsPadding ? window * window : count)
        }
    }

    /// (N, C, …) → (N, C), the mean of each map: a product with equal weights.
    public static func meanOfAll(_ x: Tensor) -> Tensor {
        let (samples, channels, size) = x.planar
        let weights = Tensor(repeating: 1 / Float(size), [1, size])
        return Linear.forward(x.reshaped([samples * channels, size]), weight: weights).reshaped([samples, channels])
    }

    /// The gradient of a mean: every value of a window has the same part of what arrives.
    private static func spread(
        _ gradient: Tensor, of x: Tensor, _ window: Int, _ stride: Int, _ padding: Int, countsPadding: Bool
    ) -> Tensor {
        let (height, width, rows, columns) = (x.shape[2], x.shape[3], gradient.shape[2], gradient.shape[3])
        let dx = Tensor(zeros: x.shape), (from, to) = (gradient.pointer, dx.mutablePointer)
        Parallel.forEach(x.shape[0] * x.shape[1]) { plane in
            for place in 0..<rows * columns {
                let (top, left) = (place / columns * stride - padding, place % columns * stride - padding)
                let down = Swift.max(0, top)..<min(height, top + window), across = Swift.max(0, left)..<min(width, left + window)
                let share = from[plane * rows * columns + place] / Float(countsPadding ? window * window : down.count * across.count)
                for i in down {
                    for j in across { to[(plane * height + i) * width + j] += share }
                }
            }
        }
        return dx
    }

    @inline(__always)
    private static func pooled(
        _ name: Operator, _ x: Tensor, _ window: Int, _ stride: Int, _ padding: Int, after: (rows: Int, columns: Int)? = nil,
        from initial: Float, backward: ((_ gradient: Tensor) -> Tensor)? = nil,
        _ add: @escaping (Float, Float) -> Float, _ finish: @escaping (_ value: Float, _ count: Int) -> Float
    ) -> Tensor {
        let (height, width) = (x.shape[2], x.shape[3])
        let (high, wide) = (height + padding + (after?.rows ?? padding), width + padding + (after?.columns ?? padding))
        precondition(padding < window && min(high, wide) >= window, "\(x.shape) in windows of \(window)")
        let (rows, columns) = ((high - window) / stride + 1, (wide - window) / stride + 1)
        let planes = x.shape[0] * x.shape[1]
        let forward = {
            let result = Tensor(uninitialized: [x.shape[0], x.shape[1], rows, columns])
            let (from, to) = (x.pointer, result.mutablePointer)
            if OperatorPath.current == .reference {
                for index in 0..<result.count {
                    let (top, left) = (index / columns % rows * stride - padding, index % columns * stride - padding)
                    let plane = from + index / (rows * columns) * height * width
                    var (value, count) = (initial, 0)
                    for i in top..<top + window where (0..<height).contains(i) {
                        for j in left..<left + window where (0..<width).contains(j) {
                            value = add(value, plane[i * width + j])
                            count += 1
                        }
                    }
                    to[index] = finish(value, count)
                }
                return result
            }
            Parallel.ranges(planes * rows, grain: Swift.max(1, 4096 / columns)) { range in
                for row in range {
                    let (y, top) = (to + row * columns, row % rows * stride - padding)
                    let lines = Swift.max(0, top)..<min(height, top + window)
                    y.update(repeating: initial, count: columns)
                    for line in lines {
                        let values = from + (row / rows * height + line) * width
                        for shift in -padding..<window - padding where shift < width {
                            let first = shift < 0 ? (stride - 1 - shift) / stride : 0
                            let end = min(columns, (width - 1 - shift) / stride + 1)
                            var column = first
                            while column < end {
                                y[column] = add(y[column], values[column * stride + shift])
                                column += 1
                            }
                        }
                    }
                    for column in 0..<columns {
                        let left = column * stride - padding
                        y[column] = finish(y[column], lines.count * (min(width, left + window) - Swift.max(0, left)))
                    }
                }
            }
            return result
        }
        return name.run(
            on: [x], operations: planes * rows * columns * window * window, forward: forward,
            backward: backward.map { backward in { gradient, _ in [backward(gradient)] } })
    }
}
