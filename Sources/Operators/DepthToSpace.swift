import Tensors

/// Channels spread over squares of pixels: output channel c at (b·y + i, b·x + j) is channel (b·i + j)·C + c at (y, x), with C output
/// channels and blocks of b×b (TensorFlow's `depth_to_space`). There is no gradient.
public enum DepthToSpace {
    /// (N, b²·C, H, W) → (N, C, b·H, b·W).
    public static func forward(_ x: Tensor, block: Int) -> Tensor {
        let (samples, own, height, width) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3])
        precondition(block > 0 && own % (block * block) == 0, "\(x.shape) in blocks of \(block)")
        let channels = own / (block * block)
        return Operator.depthToSpace.run(on: [x], operations: 0) {
            let result = Tensor(uninitialized: [samples, channels, block * height, block * width])
            let (from, to) = (x.pointer, result.mutablePointer)
            for plane in 0..<samples * own {
                let (sample, place) = (plane / own, plane % own / channels)
                let target = to + (sample * channels + plane % channels) * block * block * height * width
                for row in 0..<height {
                    let line = target + (row * block + place / block) * block * width + place % block
                    for column in 0..<width { line[column * block] = from[(plane * height + row) * width + column] }
                }
            }
            return result
        }
    }
}
