import Tensors

/// Pictures with the channels of each pixel side by side, as planes.
public enum ChannelsFirst {
    /// (N, H, W, C) → (N, C, H, W).
    public static func forward(_ x: Tensor) -> Tensor {
        let (samples, height, width, channels) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3])
        return Operator.channelsFirst.run(on: [x], operations: 0) {
            let result = Tensor(uninitialized: [samples, channels, height, width]), size = height * width
            let (from, to) = (x.pointer, result.mutablePointer)
            for plane in 0..<samples * channels {
                let source = from + plane / channels * size * channels + plane % channels
                for pixel in 0..<size { to[plane * size + pixel] = source[pixel * channels] }
            }
            return result
        } backward: { gradient, _ in
            [ChannelsLast.forward(gradient)]
        }
    }
}
