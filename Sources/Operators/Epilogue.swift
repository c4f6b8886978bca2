import CKernels
import Tensors

/// What an operator does to each output channel before it lets go of the values: demodulation, bias, activation.
/// Doing it there saves a pass over memory for each.
public struct Epilogue {
    /// (N, C) factors, one for each sample and channel: demodulation.
    public var scale: Tensor?
    /// C values, added after scaling.
    public var bias: Tensor?
    /// Whether leaky ReLU follows (see `Activation`).
    public var activation: Bool

    public init(scale: Tensor? = nil, bias: Tensor? = nil, activation: Bool = false) {
        self.scale = scale
        self.bias = bias
        self.activation = activation
    }

    func check(samples: Int, channels: Int) {
        precondition(scale.map { $0.count == samples * channels } ?? true, "scale for \(samples)×\(channels)")
        precondition(bias.map { $0.count == channels } ?? true, "bias for \(channels) channels")
    }

    /// The factor and the bias of one channel of one sample.
    @inline(__always)
    func factors(sample: Int, channel: Int, channels: Int) -> (scale: Float, bias: Float) {
        (scale?.pointer[sample * channels + channel] ?? 1, bias?.pointer[channel] ?? 0)
    }

    /// Applies the epilogue to one value, plainly.
    @inline(__always)
    func apply(_ value: Float, sample: Int, channel: Int, channels: Int) -> Float {
        let (scale, bias) = factors(sample: sample, channel: channel, channels: channels)
        let scaled = value * scale + bias
        return activation ? Activation.apply(scaled) : scaled
    }

    var isIdentity: Bool { scale == nil && bias == nil && !activation }

    /// What the epilogue passes back, worked out from its output alone: the activation can be undone, because it keeps signs.
    ///
    /// - Parameters:
    ///   - gradient: of the output, (N, C, H, W).
    ///   - output: the operator's own, of the same shape.
    /// - Returns: the gradients of the values before the epilogue, of `scale` (N, C) and of `bias`.
    func gradient(_ gradient: Tensor, output: Tensor) -> (before: Tensor, scale: Tensor?, bias: Tensor?) {
        if isIdentity { return (gradient, nil, nil) }
        defer { keepAlive(gradient, output, scale, bias) }
        let (samples, channels) = (output.shape[0], output.shape[1])
        let size = output.count / (samples * channels)
        let before = Tensor(uninitialized: output.shape)
        let sums = Tensor(uninitialized: [2, samples, channels])
        let (dy, y, dx) = (gradient.pointer, output.pointer, before.mutablePointer)
        let (dScale, dBias) = (sums.mutablePointer, sums.mutablePointer + samples * channels)
        let (scales, biases) = (scale?.pointer, bias?.pointer)
        Parallel.ranges(samples * channels, grain: max(1, 8192 / max(size, 1))) { planes in
            for plane in planes {
                kernel_epilogue_gradient(
                    dx + plane * size, dScale + plane, dBias + plane, dy + plane * size, y + plane * size, size,
                    scales?[plane] ?? 1, biases?[plane % channels] ?? 0, activation ? 1 : 0)
            }
        }
        let biasGradient = bias.map { bias in
            let total = Tensor(zeros: bias.shape)
            for plane in 0..<samples * channels { total.mutablePointer[plane % channels] += dBias[plane] }
            return total
        }
        let scaleGradient = scale.map { scale in
            let result = Tensor(uninitialized: scale.shape)
            result.mutablePointer.update(from: dScale, count: scale.count)
            return result
        }
        keepAlive(sums)
        return (before, scaleGradient, biasGradient)
    }
}
