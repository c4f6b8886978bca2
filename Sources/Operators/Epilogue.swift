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
}
