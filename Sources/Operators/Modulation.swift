import Tensors

/// Modulation by a latent code (StyleGAN2, section 2.2), applied to activations instead of weights: input channels are multiplied by the
/// style s, output channels by 1/√(Σ (w·s)² + ε), and the weights stay as they are from frame to frame.
public enum Modulation {
    /// ε, added under the root: a style of 0 is finite.
    public static let epsilon: Float = 1e-8

    /// Σ over the kernel of w², for each output and input channel.
    ///
    /// - Parameter weight: (O, C, k, k), or with a leading 1.
    /// - Returns: (O, C).
    public static func energy(of weight: Tensor) -> Tensor {
        let rank = weight.shape.count
        let (outputs, channels) = (weight.shape[rank - 4], weight.shape[rank - 3])
        let taps = weight.shape[rank - 1] * weight.shape[rank - 2]
        return Operator.weightEnergy.run(on: [weight], detail: "\(channels)→\(outputs)", operations: 2 * weight.count) {
            let result = Tensor(uninitialized: [outputs, channels])
            let (from, to) = (weight.pointer, result.mutablePointer)
            Parallel.ranges(outputs * channels, grain: 4096) { range in
                for index in range {
                    var sum: Float = 0
                    for tap in 0..<taps { sum += from[index * taps + tap] * from[index * taps + tap] }
                    to[index] = sum
                }
            }
            return result
        } backward: { gradient, _ in
            let dWeight = Tensor(uninitialized: weight.shape)
            let (w, d, to) = (weight.pointer, gradient.pointer, dWeight.mutablePointer)
            Parallel.ranges(outputs * channels, grain: 4096) { range in
                for index in range {
                    for tap in index * taps..<(index + 1) * taps { to[tap] = 2 * w[tap] * d[index] }
                }
            }
            return [dWeight]
        }
    }

    /// The factor on each output channel that gives its modulated weights unit length, d = (gain²·Σ s²·energy + ε)^−½.
    ///
    /// - Parameters:
    ///   - style: (N, C).
    ///   - energy: (O, C), from `energy(of:)`.
    ///   - gain: the factor on the weights.
    /// - Returns: (N, O).
    public static func demodulation(style: Tensor, energy: Tensor, gain: Float) -> Tensor {
        let (samples, channels, outputs) = (style.shape[0], style.shape[1], energy.shape[0])
        precondition(energy.shape == [outputs, channels], "energy \(energy.shape) does not fit style \(style.shape)")
        return Operator.demodulation.run(
            on: [style, energy], detail: "\(channels)→\(outputs)", operations: 2 * samples * channels * outputs
        ) {
            let result = Tensor(uninitialized: [samples, outputs])
            let d = result.mutablePointer
            if OperatorPath.current == .reference {
                for index in 0..<result.count {
                    let (sample, output) = (index / outputs, index % outputs)
                    var sum: Float = 0
                    for channel in 0..<channels {
                        let s = style.pointer[sample * channels + channel] * gain
                        sum += s * s * energy.pointer[output * channels + channel]
                    }
                    d[index] = 1 / (sum + epsilon).squareRoot()
                }
                return result
            }
            let squares = squared(style)
            Linear.product(
                squares.pointer, samples: samples, weight: energy.pointer, inputs: channels, outputs: outputs, gain: gain * gain, into: d)
            keepAlive(squares)
            for index in 0..<result.count { d[index] = 1 / (d[index] + epsilon).squareRoot() }
            return result
        } backward: { gradient, result in
            // d = (q + ε)^−½, therefore dq = −½·d³.
            let dSum = Tensor(uninitialized: result.shape), squares = squared(style)
            for index in 0..<result.count {
                let d = result.pointer[index]
                dSum.mutablePointer[index] = -0.5 * d * d * d * gradient.pointer[index]
            }
            let dStyle = Tensor(uninitialized: style.shape), dEnergy = Tensor(uninitialized: energy.shape)
            MatrixProduct.multiply(
                m: samples, n: channels, k: outputs, alpha: 2 * gain * gain, dSum.pointer, lda: outputs, energy.pointer,
                ldb: channels, dStyle.mutablePointer, ldc: channels)
            for index in 0..<style.count { dStyle.mutablePointer[index] *= style.pointer[index] }
            MatrixProduct.multiply(
                m: outputs, n: channels, k: samples, alpha: gain * gain, dSum.pointer, lda: outputs, transposeA: true,
                squares.pointer, ldb: channels, dEnergy.mutablePointer, ldc: channels)
            keepAlive(dSum, squares)
            return [dStyle, dEnergy]
        }
    }

    private static func squared(_ x: Tensor) -> Tensor {
        let result = Tensor(uninitialized: x.shape)
        for index in 0..<x.count { result.mutablePointer[index] = x.pointer[index] * x.pointer[index] }
        keepAlive(x)
        return result
    }
}
