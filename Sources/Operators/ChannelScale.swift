import Tensors

/// x·scale + bias, channel by channel, with constants.
public enum ChannelScale {
    /// - Parameters:
    ///   - x: (N, C, H, W).
    ///   - scale: (N, C).
    ///   - bias: C values.
    public static func forward(_ x: Tensor, scale: Tensor, bias: Tensor) -> Tensor {
        let (samples, channels, size) = (x.shape[0], x.shape[1], x.shape[2] * x.shape[3])
        precondition(scale.count == samples * channels && bias.count == channels)
        defer { keepAlive(x, scale, bias) }
        let result = Tensor(uninitialized: x.shape)
        let (from, to) = (x.pointer, result.mutablePointer)
        for plane in 0..<samples * channels {
            let (a, b) = (scale.pointer[plane], bias.pointer[plane % channels])
            for p in plane * size..<(plane + 1) * size { to[p] = from[p] * a + b }
        }
        Tape.record(result, from: [x]) { gradient in
            [forward(gradient, scale: scale, bias: Tensor(zeros: [channels]))]
        }
        return result
    }
}
