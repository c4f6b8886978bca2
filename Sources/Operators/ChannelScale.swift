import CKernels
import Tensors

/// activation(x·scale + bias), channel by channel.
public enum ChannelScale {
    /// - Parameters:
    ///   - x: (N, C, …).
    ///   - scale: (N, C).
    ///   - bias: C values.
    /// - Returns: (N, C, …).
    public static func forward(_ x: Tensor, scale: Tensor, bias: Tensor, activation: Activation = .identity) -> Tensor {
        let (samples, channels, size) = x.planar
        precondition(scale.count == samples * channels, "scale \(scale.shape) for \(x.shape)")
        precondition(bias.count == channels, "bias \(bias.shape) for \(x.shape)")
        let wantsFactors = Tape.tracks(scale) || Tape.tracks(bias)
        return Operator.channelScale.run(on: [x, scale, bias], operations: 2 * x.count) {
            let result = Tensor(uninitialized: x.shape)
            let (from, to) = (x.pointer, result.mutablePointer)
            let (a, b) = (scale.pointer, bias.pointer), kernel = activation.kernel
            let isPlain = OperatorPath.current == .reference
            Parallel.ranges(samples * channels, grain: max(1, 16384 / max(size, 1))) { planes in
                for plane in planes {
                    let (source, target, factor, shift) = (from + plane * size, to + plane * size, a[plane], b[plane % channels])
                    if isPlain {
                        for p in 0..<size { target[p] = activation.apply(source[p] * factor + shift) }
                    } else {
                        target.update(from: source, count: size)
                        kernel_scale_bias_activate(target, size, factor, shift, kernel)
                    }
                }
            }
            return result
        } backward: { gradient, result in
            let gradient = activation == .identity ? gradient : activation.back(gradient, output: result)
            defer { keepAlive(gradient) }
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
