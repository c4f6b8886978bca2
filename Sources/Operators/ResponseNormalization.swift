import CKernels
import Tensors

/// Global response normalization (Woo et al. 2023, "ConvNeXt V2", section 3.2): with g the length of each channel over its plane and
/// n = g/(mean of g over the channels + ε), y = weight·(x·n) + bias + x. There is no gradient.
public enum ResponseNormalization {
    /// - Parameters:
    ///   - x: (N, C, …).
    ///   - weight, bias: C values.
    /// - Returns: (N, C, …).
    public static func forward(_ x: Tensor, weight: Tensor, bias: Tensor, epsilon: Float = 1e-6) -> Tensor {
        let (samples, channels, size) = x.planar
        precondition(weight.count == channels && bias.count == channels, "weight \(weight.shape) for \(x.shape)")
        return Operator.responseNormalization.run(on: [x, weight, bias], operations: 4 * x.count) {
            let result = Tensor(uninitialized: x.shape)
            let (from, to, w, b) = (x.pointer, result.mutablePointer, weight.pointer, bias.pointer)
            if OperatorPath.current == .reference {
                for sample in 0..<samples {
                    let start = sample * channels * size
                    let lengths = (0..<channels).map { channel in
                        (0..<size).reduce(0.0) { sum, p in
                            let value = Double(from[start + channel * size + p])
                            return sum + value * value
                        }.squareRoot()
                    }
                    let mean = lengths.reduce(0, +) / Double(channels) + Double(epsilon)
                    for index in 0..<channels * size {
                        let (channel, value) = (index / size, from[start + index])
                        to[start + index] = w[channel] * (value * Float(lengths[channel] / mean)) + b[channel] + value
                    }
                }
                return result
            }
            let lengths = Parallel.map(samples * channels) { kernel_dot(from + $0 * size, from + $0 * size, size).squareRoot() }
            for sample in 0..<samples {
                let mean = lengths[sample * channels..<(sample + 1) * channels].reduce(0, +) / Float(channels) + epsilon
                Parallel.ranges(channels, grain: max(1, 16384 / size)) { range in
                    for channel in range {
                        let plane = sample * channels + channel, target = to + plane * size
                        target.update(from: from + plane * size, count: size)
                        kernel_scale_bias_activate(
                            target, size, w[channel] * lengths[plane] / mean + 1, b[channel], Activation.identity.kernel)
                    }
                }
            }
            return result
        }
    }
}
