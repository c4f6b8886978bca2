import Tensors

/// Modulation by a latent code (StyleGAN2, section 2.2), applied to activations instead of weights: input channels are
/// multiplied by the style s, output channels by 1/√(Σ (w·s)² + ε), and the weights stay as they are from frame to frame.
public enum Modulation {
    /// Added under the root.
    public static let epsilon: Float = 1e-8

    /// Σ over the kernel of w², for each output and input channel.
    ///
    /// - Parameter weight: (1, O, C, k, k).
    /// - Returns: (O, C).
    public static func energy(of weight: Tensor) -> Tensor {
        let rank = weight.shape.count
        let (outputs, channels) = (weight.shape[rank - 4], weight.shape[rank - 3])
        let taps = weight.shape[rank - 1] * weight.shape[rank - 2]
        defer { keepAlive(weight) }
        let result = Tensor(uninitialized: [outputs, channels])
        let (from, to) = (weight.pointer, result.mutablePointer)
        Parallel.ranges(outputs * channels, grain: 4096) { range in
            for index in range {
                var sum: Float = 0
                for tap in 0..<taps { sum += from[index * taps + tap] * from[index * taps + tap] }
                to[index] = sum
            }
        }
        Tape.record(result, from: [weight]) { gradient in
            let dWeight = Tensor(uninitialized: weight.shape)
            let (w, d, to) = (weight.pointer, gradient.pointer, dWeight.mutablePointer)
            Parallel.ranges(outputs * channels, grain: 4096) { range in
                for index in range {
                    for tap in index * taps..<(index + 1) * taps { to[tap] = 2 * w[tap] * d[index] }
                }
            }
            keepAlive(weight, gradient)
            return [dWeight]
        }
        return result
    }

    /// The factor on each output channel that gives its modulated weights unit length.
    ///
    /// - Parameters:
    ///   - style: (N, C).
    ///   - energy: (O, C), from `energy(of:)`.
    ///   - gain: the factor on the weights.
    /// - Returns: (N, O).
    public static func demodulation(style: Tensor, energy: Tensor, gain: Float) -> Tensor {
        let (samples, channels, outputs) = (style.shape[0], style.shape[1], energy.shape[0])
        let squares = Tensor(uninitialized: style.shape)
        for index in 0..<style.count { squares.mutablePointer[index] = style.pointer[index] * style.pointer[index] }
        let result = Tensor(uninitialized: [samples, outputs])
        let d = result.mutablePointer
        MatrixProduct.multiply(
            m: samples, n: outputs, k: channels, alpha: gain * gain, squares.pointer, lda: channels, energy.pointer,
            ldb: channels, transposeB: true, d, ldc: outputs)
        for index in 0..<result.count { d[index] = 1 / (d[index] + epsilon).squareRoot() }
        keepAlive(style, energy, squares)
        Tape.record(result, from: [style, energy]) { gradient in
            // d = (q + ε)^−½, so that dq = −½·d³.
            let dSum = Tensor(uninitialized: result.shape)
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
            keepAlive(gradient, dSum, style, energy, squares)
            return [dStyle, dEnergy]
        }
        return result
    }
}
