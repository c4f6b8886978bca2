import Tensors

/// Pictures with the channels of each pixel side by side.
public enum ChannelsLast {
    /// (N, C, H, W) → (N, H, W, C).
    public static func forward(_ x: Tensor) -> Tensor {
        let (samples, channels, height, width) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3])
        return Operator.channelsLast.run(on: [x], operations: 0) {
            let result = Tensor(uninitialized: [samples, height, width, channels]), size = height * width
            let (from, to) = (x.pointer, result.mutablePointer)
            for plane in 0..<samples * channels {
                let target = to + plane / channels * size * channels + plane % channels
                for pixel in 0..<size { target[pixel * channels] = from[plane * size + pixel] }
            }
            return result
        } backward: { gradient, _ in
            [ChannelsFirst.forward(gradient)]
        }
    }
}
