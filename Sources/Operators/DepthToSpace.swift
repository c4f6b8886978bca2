import Tensors

/// Channels spread over squares of pixels: output channel c at (b·y + i, b·x + j) is channel (b·i + j)·C + c at (y, x), with C output
/// channels and blocks of b×b (TensorFlow's `depth_to_space`); or channel c·b² + b·i + j (PyTorch's `pixel_shuffle`). There is no
/// gradient.
public enum DepthToSpace {
    /// (N, b²·C, H, W) → (N, C, b·H, b·W).
    ///
    /// - Parameter channelsFirst: whether the squares of each output channel lie side by side, as in PyTorch.
    public static func forward(_ x: Tensor, block: Int, channelsFirst: Bool = false) -> Tensor {
        let (samples, own, height, width) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3])
        precondition(block > 0 && own % (block * block) == 0, "\(x.shape) in blocks of \(block)")
        let channels = own / (block * block)
        return Operator.depthToSpace.run(on: [x], operations: 0) {
            let result = Tensor(uninitialized: [samples, channels, block * height, block * width])
            let (from, to) = (x.pointer, result.mutablePointer)
            for plane in 0..<samples * own {
                let (sample, index) = (plane / own, plane % own), area = block * block
                let (channel, place) = channelsFirst ? (index / area, index % area) : (index % channels, index / channels)
                let target = to + (sample * channels + channel) * area * height * width
                for row in 0..<height {
                    let line = target + (row * block + place / block) * block * width + place % block
                    for column in 0..<width { line[column * block] = from[(plane * height + row) * width + column] }
                }
            }
            return result
        }
    }
}
