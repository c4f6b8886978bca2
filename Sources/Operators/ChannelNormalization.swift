import Tensors

/// Layer normalization over the channels of every place: (x − mean)/√(variance + ε)·weight + bias, with the biased variance. There is no
/// gradient.
public enum ChannelNormalization {
    /// - Parameters:
    ///   - x: (N, C, …).
    ///   - weight, bias: C values.
    /// - Returns: (N, C, …).
    public static func forward(_ x: Tensor, weight: Tensor, bias: Tensor, epsilon: Float = 1e-6) -> Tensor {
        let (samples, channels, size) = x.planar
        precondition(weight.count == channels && bias.count == channels, "weight \(weight.shape) for \(x.shape)")
        return Operator.channelNormalization.run(on: [x, weight, bias], operations: 8 * x.count) {
            let result = Tensor(uninitialized: x.shape)
            let (from, to, w, b) = (x.pointer, result.mutablePointer, weight.pointer, bias.pointer)
            if OperatorPath.current == .reference {
                for index in 0..<samples * size {
                    let start = index / size * channels * size + index % size
                    var (sum, squares) = (0.0, 0.0)
                    for channel in 0..<channels { sum += Double(from[start + channel * size]) }
                    let mean = sum / Double(channels)
                    for channel in 0..<channels {
                        let difference = Double(from[start + channel * size]) - mean
                        squares += difference * difference
                    }
                    let scale = 1 / (squares / Double(channels) + Double(epsilon)).squareRoot()
                    for channel in 0..<channels {
                        let place = start + channel * size
                        to[place] = Float((Double(from[place]) - mean) * scale) * w[channel] + b[channel]
                    }
                }
                return result
            }
            // Places side by side: each pass reads whole lines of every channel.
            let piece = 256, pieces = (size + piece - 1) / piece
            Parallel.forEach(samples * pieces) { job in
                let first = job % pieces * piece, count = min(piece, size - first)
                let start = job / pieces * channels * size + first
                Tensor.withScratch(2 * piece) { mean in
                    let scale = mean + piece
                    mean.update(repeating: 0, count: 2 * piece)
                    for channel in 0..<channels {
                        let line = from + start + channel * size
                        for p in 0..<count { mean[p] += line[p] }
                    }
                    for p in 0..<count { mean[p] /= Float(channels) }
                    for channel in 0..<channels {
                        let line = from + start + channel * size
                        for p in 0..<count {
                            let difference = line[p] - mean[p]
                            scale[p] += difference * difference
                        }
                    }
                    for p in 0..<count { scale[p] = 1 / (scale[p] / Float(channels) + epsilon).squareRoot() }
                    for channel in 0..<channels {
                        let (line, target) = (from + start + channel * size, to + start + channel * size)
                        let (factor, shift) = (w[channel], b[channel])
                        for p in 0..<count { target[p] = (line[p] - mean[p]) * scale[p] * factor + shift }
                    }
                }
            }
            return result
        }
    }
}
