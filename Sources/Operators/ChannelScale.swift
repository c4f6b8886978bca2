import Tensors

/// x·scale + bias, channel by channel.
public enum ChannelScale {
    /// - Parameters:
    ///   - x: (N, C, …).
    ///   - scale: (N, C).
    ///   - bias: C values.
    /// - Returns: (N, C, …).
    public static func forward(_ x: Tensor, scale: Tensor, bias: Tensor) -> Tensor {
        let (samples, channels, size) = x.planar
        precondition(scale.count == samples * channels, "scale \(scale.shape) for \(x.shape)")
        precondition(bias.count == channels, "bias \(bias.shape) for \(x.shape)")
        let wantsFactors = Tape.tracks(scale) || Tape.tracks(bias)
        return Operator.channelScale.run(on: [x, scale, bias], operations: 2 * x.count) {
            let result = Tensor(uninitialized: x.shape)
            let (from, to) = (x.pointer, result.mutablePointer)
            for plane in 0..<samples * channels {
                let (a, b) = (scale.pointer[plane], bias.pointer[plane % channels])
                for p in plane * size..<(plane + 1) * size { to[p] = from[p] * a + b }
            }
            return result
        } backward: { gradient, _ in
            let dx = forward(gradient, scale: scale, bias: Tensor(zeros: [channels]))
            guard wantsFactors else { return [dx, nil, nil] }
            let dScale = Tensor(zeros: scale.shape), dBias = Tensor(zeros: bias.shape)
            for plane in 0..<samples * channels {
                for p in plane * size..<(plane + 1) * size {
                    dScale.mutablePointer[plane] += gradient.pointer[p] * x.pointer[p]
                    dBias.mutablePointer[plane % channels] += gradient.pointer[p]
                }
            }
            return [dx, dScale, dBias]
        }
    }
}
