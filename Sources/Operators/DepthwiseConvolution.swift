import Tensors

/// Convolution of every channel with a kernel of its own. Gradients flow to the input alone: kernels and biases are constants.
public enum DepthwiseConvolution {
    /// - Parameters:
    ///   - x: (N, C, H, W).
    ///   - weight: (C, 1, k, k).
    ///   - bias: C values.
    ///   - stride: in both directions.
    ///   - rows, columns: zeros before the first and after the last row and column.
    /// - Returns: (N, C, (H + rows − k)/stride + 1, (W + columns − k)/stride + 1).
    public static func forward(
        _ x: Tensor, weight: Tensor, bias: Tensor, stride: Int = 1, rows: Padding.Ends = (0, 0), columns: Padding.Ends = (0, 0),
        activation: Activation = .identity
    ) -> Tensor {
        let (samples, channels, height, width) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3]), kernel = weight.shape[3]
        precondition(weight.shape == [channels, 1, kernel, kernel] && bias.count == channels, "weight \(weight.shape) for \(x.shape)")
        let (high, wide) = (height + rows.before + rows.after, width + columns.before + columns.after)
        precondition(min(high, wide) >= kernel, "kernel \(kernel) is larger than input \(x.shape)")
        let (low, narrow) = ((high - kernel) / stride + 1, (wide - kernel) / stride + 1)
        return Operator.depthwiseConvolution.run(
            on: [x], constants: [weight, bias],
            detail: "\(kernel)×\(kernel)\(stride > 1 ? " stride \(stride)" : "") \(channels), \(low)×\(narrow)",
            operations: 2 * samples * channels * low * narrow * kernel * kernel
        ) {
            let result = Tensor(uninitialized: [samples, channels, low, narrow])
            let (from, to, w, b) = (x.pointer, result.mutablePointer, weight.pointer, bias.pointer)
            if OperatorPath.current == .reference {
                for index in 0..<result.count {
                    let (row, column) = (index / narrow % low * stride - rows.before, index % narrow * stride - columns.before)
                    let plane = index / (low * narrow)
                    var sum = b[plane % channels]
                    for i in 0..<kernel where (0..<height).contains(row + i) {
                        for j in 0..<kernel where (0..<width).contains(column + j) {
                            sum += w[(plane % channels * kernel + i) * kernel + j] * from[(plane * height + row + i) * width + column + j]
                        }
                    }
                    to[index] = activation.apply(sum)
                }
                return result
            }
            Parallel.ranges(samples * channels, grain: max(1, 16384 / (low * narrow))) { planes in
                // The plane with its zeros around it, so that no tap needs to know the edges.
                Tensor.withScratch(high * wide) { padded in
                    padded.update(repeating: 0, count: high * wide)
                    for plane in planes {
                        for row in 0..<height {
                            (padded + (row + rows.before) * wide + columns.before).update(
                                from: from + (plane * height + row) * width, count: width)
                        }
                        let channel = plane % channels
                        for row in 0..<low {
                            let (y, source) = (to + (plane * low + row) * narrow, padded + row * stride * wide)
                            let taps = w + channel * kernel * kernel
                            if kernel == 3 {
                                rowOfThree(y, UnsafePointer(source), wide, taps, b[channel], count: narrow, stride: stride)
                            } else {
                                self.row(y, UnsafePointer(source), wide, taps, b[channel], kernel, count: narrow, stride: stride)
                            }
                        }
                        if activation != .identity { activation.apply(to + plane * low * narrow, count: low * narrow) }
                    }
                }
            }
            return result
        } backward: { gradient, result in
            let before = activation == .identity ? gradient : activation.back(gradient, output: result)
            let dx = Tensor(uninitialized: x.shape)
            let (from, to, w) = (before.pointer, dx.mutablePointer, weight.pointer)
            Parallel.ranges(samples * channels, grain: max(1, 16384 / (low * narrow))) { planes in
                // The gradient of the plane with its zeros around it.
                Tensor.withScratch(high * wide) { padded in
                    for plane in planes {
                        padded.update(repeating: 0, count: high * wide)
                        let taps = w + plane % channels * kernel * kernel
                        for row in 0..<low {
                            let arriving = from + (plane * low + row) * narrow
                            for i in 0..<kernel {
                                for j in 0..<kernel {
                                    let (factor, target) = (taps[i * kernel + j], padded + (row * stride + i) * wide + j)
                                    for column in 0..<narrow { target[column &* stride] += factor * arriving[column] }
                                }
                            }
                        }
                        for row in 0..<height {
                            (to + (plane * height + row) * width).update(
                                from: padded + (row + rows.before) * wide + columns.before, count: width)
                        }
                    }
                }
            }
            keepAlive(before)
            return [dx]
        }
    }

    /// A row of results of a 3×3 kernel. `x` is the first row that it reads, the next is `wide` values on.
    @inline(__always)
    private static func rowOfThree(
        _ y: UnsafeMutablePointer<Float>, _ x: UnsafePointer<Float>, _ wide: Int, _ w: UnsafePointer<Float>, _ bias: Float, count: Int,
        stride: Int
    ) {
        let (second, third) = (x + wide, x + 2 * wide)
        let (a, b, c, d, e, f, g, h, i) = (w[0], w[1], w[2], w[3], w[4], w[5], w[6], w[7], w[8])
        if stride == 1 {
            for column in 0..<count {
                let first = a * x[column] + b * x[column &+ 1] + c * x[column &+ 2]
                let middle = d * second[column] + e * second[column &+ 1] + f * second[column &+ 2]
                let last = g * third[column] + h * third[column &+ 1] + i * third[column &+ 2]
                y[column] = bias + first + middle + last
            }
            return
        }
        for column in 0..<count {
            let place = column &* stride
            let first = a * x[place] + b * x[place &+ 1] + c * x[place &+ 2]
            let middle = d * second[place] + e * second[place &+ 1] + f * second[place &+ 2]
            let last = g * third[place] + h * third[place &+ 1] + i * third[place &+ 2]
            y[column] = bias + first + middle + last
        }
    }

    /// A row of results of a kernel of any size.
    private static func row(
        _ y: UnsafeMutablePointer<Float>, _ x: UnsafePointer<Float>, _ wide: Int, _ w: UnsafePointer<Float>, _ bias: Float, _ kernel: Int,
        count: Int, stride: Int
    ) {
        y.update(repeating: bias, count: count)
        for i in 0..<kernel {
            for j in 0..<kernel {
                let (factor, source) = (w[i * kernel + j], x + i * wide + j)
                for column in 0..<count { y[column] += factor * source[column &* stride] }
            }
        }
    }
}
