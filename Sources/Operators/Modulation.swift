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
        let squares = Tensor(uninitialized: style.shape)
        for index in 0..<style.count { squares.mutablePointer[index] = style.pointer[index] * style.pointer[index] }
        let result = Linear.forward(squares, weight: energy, gain: gain * gain)
        for index in 0..<result.count { result.mutablePointer[index] = 1 / (result.pointer[index] + epsilon).squareRoot() }
        keepAlive(style)
        return result
    }
}
