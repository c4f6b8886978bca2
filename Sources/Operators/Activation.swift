import CKernels
import Tensors

/// Leaky ReLU with slope 0.2 times √2, after adding a bias per channel: the activation everywhere in LIA ("fused leaky
/// ReLU" of StyleGAN2). The factor keeps the variance of the activations at one.
public enum Activation {
    public static let slope: Float = 0.2
    public static let gain: Float = 1.41421356237309515

    @inline(__always)
    static func apply(_ value: Float) -> Float { gain * (value > 0 ? value : slope * value) }

    /// - Parameters:
    ///   - x: (N, C, H, W).
    ///   - bias: C values.
    /// - Returns: (N, C, H, W).
    public static func forward(_ x: Tensor, bias: Tensor) -> Tensor {
        let channels = x.shape[1], plane = x.shape[2] * x.shape[3]
        precondition(bias.count == channels, "bias \(bias.shape) for \(x.shape)")
        defer { keepAlive(x, bias) }
        let result = Tensor(uninitialized: x.shape)
        let (from, to, biases) = (x.pointer, result.mutablePointer, bias.pointer)
        if OperatorPath.current == .reference {
            for index in 0..<x.count { to[index] = apply(from[index] + biases[index / plane % channels]) }
        } else {
            Parallel.ranges(x.shape[0] * channels, grain: max(1, 16384 / max(plane, 1))) { planes in
                for index in planes {
                    let y = to + index * plane
                    y.update(from: from + index * plane, count: plane)
                    kernel_scale_bias_activate(y, plane, 1, biases[index % channels], 1)
                }
            }
        }
        Tape.record(result, from: [x, bias]) { gradient in
            let epilogue = Epilogue(bias: bias, activation: true)
            let (before, _, biasGradient) = epilogue.gradient(gradient, output: result)
            return [before, biasGradient]
        }
        return result
    }
}
