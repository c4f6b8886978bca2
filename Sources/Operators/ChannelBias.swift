import CKernels
import Tensors

/// Adds a bias per channel; an activation may follow.
public enum ChannelBias {
    /// - Parameters:
    ///   - x: (N, C, …).
    ///   - bias: C values.
    /// - Returns: activation(x + bias), (N, C, …).
    public static func forward(_ x: Tensor, bias: Tensor, activation: Activation = .identity) -> Tensor {
        let (samples, channels, size) = x.planar
        precondition(bias.count == channels, "bias \(bias.shape) for \(x.shape)")
        return Operator.bias.run(on: [x, bias]) {
            let result = Tensor(uninitialized: x.shape)
            let (from, to, biases) = (x.pointer, result.mutablePointer, bias.pointer)
            if OperatorPath.current == .reference {
                for index in 0..<x.count { to[index] = activation.apply(from[index] + biases[index / size % channels]) }
                return result
            }
            Parallel.ranges(samples * channels, grain: max(1, 16384 / max(size, 1))) { planes in
                for index in planes {
                    let y = to + index * size
                    y.update(from: from + index * size, count: size)
                    kernel_scale_bias_activate(y, size, 1, biases[index % channels], activation.kernel)
                }
            }
            return result
        } backward: { gradient, result in
            let (before, _, biasGradient) = Epilogue(bias: bias, activation: activation).gradient(gradient, output: result)
            return [before, biasGradient]
        }
    }
}
