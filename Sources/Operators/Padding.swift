import Tensors

/// Zeros around rows and columns, and channels of zeros after the last.
public enum Padding {
    /// How many zeros come before the first and after the last value of an axis.
    public typealias Ends = (before: Int, after: Int)

    /// (N, C, H, W) → (N, C + channels, H + rows, W + columns).
    public static func forward(_ x: Tensor, channels: Int = 0, rows: Ends = (0, 0), columns: Ends = (0, 0)) -> Tensor {
        let (samples, own, height, width) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3])
        let (high, wide) = (height + rows.before + rows.after, width + columns.before + columns.after)
        return Operator.padding.run(on: [x], operations: 0) {
            let result = Tensor(zeros: [samples, own + channels, high, wide])
            let (from, to) = (x.pointer, result.mutablePointer)
            for sample in 0..<samples {
                for channel in 0..<own {
                    let source = from + (sample * own + channel) * height * width
                    let target = to + (sample * (own + channels) + channel) * high * wide + rows.before * wide + columns.before
                    if wide == width {
                        target.update(from: source, count: height * width)
                    } else {
                        for row in 0..<height { (target + row * wide).update(from: source + row * width, count: width) }
                    }
                }
            }
            return result
        } backward: { gradient, _ in
            let dx = Tensor(uninitialized: x.shape)
            let (from, to) = (gradient.pointer, dx.mutablePointer)
            for plane in 0..<samples * own {
                let place = (plane / own * (own + channels) + plane % own) * high + rows.before
                for row in 0..<height {
                    (to + (plane * height + row) * width).update(from: from + (place + row) * wide + columns.before, count: width)
                }
            }
            keepAlive(gradient)
            return [dx]
        }
    }
}
