import CKernels
import Tensors

/// y = activation(x·scale + bias) for each output channel, as part of the operator that makes x: that saves a pass over memory for each of
/// the three.
public struct Epilogue {
    /// (N, C) factors, one for each sample and channel: demodulation. None is 0 where its gradient is wanted.
    public var scale: Tensor?
    /// C values, added after scaling.
    public var bias: Tensor?
    public var activation: Activation

    public init(scale: Tensor? = nil, bias: Tensor? = nil, activation: Activation = .identity) {
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

    /// The definition, for one value.
    @inline(__always)
    func apply(_ value: Float, sample: Int, channel: Int, channels: Int) -> Float {
        let (scale, bias) = factors(sample: sample, channel: channel, channels: channels)
        return activation.apply(value * scale + bias)
    }

    var isIdentity: Bool { scale == nil && bias == nil && activation == .identity }

    /// The gradients of what the epilogue reads, from its output alone: the activation keeps signs and can be undone.
    ///
    /// - Parameters:
    ///   - gradient: of the output, (N, C, …).
    ///   - output: (N, C, …).
    /// - Returns: the gradients of the values before the epilogue, of `scale` (N, C) and of `bias`.
    func gradient(_ gradient: Tensor, output: Tensor) -> (before: Tensor, scale: Tensor?, bias: Tensor?) {
        if isIdentity { return (gradient, nil, nil) }
        let (samples, channels, size) = output.planar
        let before = Tensor(uninitialized: output.shape)
        let sums = Tensor(uninitialized: [2, samples, channels])
        let (dy, y, dx) = (gradient.pointer, output.pointer, before.mutablePointer)
        let (dScale, dBias) = (sums.mutablePointer, sums.mutablePointer + samples * channels)
        let (scales, biases) = (scale?.pointer, bias?.pointer)
        Parallel.ranges(samples * channels, grain: max(1, 8192 / max(size, 1))) { planes in
            for plane in planes {
                kernel_epilogue_gradient(
                    dx + plane * size, dScale + plane, dBias + plane, dy + plane * size, y + plane * size, size,
                    scales?[plane] ?? 1, biases?[plane % channels] ?? 0, activation.kernel)
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
        keepAlive(sums, gradient, output)
        return (before, scaleGradient, biasGradient)
    }
}
