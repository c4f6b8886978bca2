import Tensors

/// Adds a value per channel.
public enum ChannelBias {
    /// - Parameters:
    ///   - x: (N, C, H, W).
    ///   - bias: C values.
    public static func forward(_ x: Tensor, bias: Tensor) -> Tensor {
        let channels = x.shape[1], plane = x.shape[2] * x.shape[3]
        precondition(bias.count == channels, "bias \(bias.shape) for \(x.shape)")
        defer { keepAlive(x, bias) }
        let mark = OperatorProfile.begin()
        defer { mark?.end("bias \(channels), \(x.shape[2])×\(x.shape[3])", operations: x.count, values: 2 * x.count) }
        let result = Tensor(uninitialized: x.shape)
        let (from, to) = (x.pointer, result.mutablePointer)
        for index in 0..<x.shape[0] * channels {
            let value = bias.pointer[index % channels]
            for p in index * plane..<(index + 1) * plane { to[p] = from[p] + value }
        }
        Tape.record(result, from: [x, bias]) { gradient in
            let epilogue = Epilogue(bias: bias)
            let (before, _, biasGradient) = epilogue.gradient(gradient, output: result)
            return [before, biasGradient]
        }
        return result
    }
}
