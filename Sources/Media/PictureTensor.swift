import Tensors

extension Tensor {
    /// A picture as a network takes it: (1, 3, height, width), RGB in [−1, 1], where a level v becomes v/255·2 − 1.
    public init(_ picture: Picture) {
        let size = picture.width * picture.height
        self.init(uninitialized: [1, 3, picture.height, picture.width])
        let to = mutablePointer
        picture.pixels.withUnsafeBufferPointer { pixels in
            for p in 0..<size {
                for channel in 0..<3 { to[channel * size + p] = Float(pixels[3 * p + channel]) / 255 * 2 - 1 }
            }
        }
    }
}

extension Picture {
    /// One picture of a network's output (N, 3, height, width): values are clamped to [−1, 1] and rounded to the nearest of 256
    /// levels. What is not a number becomes black.
    public init(_ tensor: Tensor, item: Int = 0) {
        precondition(tensor.shape.count == 4 && tensor.shape[1] == 3 && item < tensor.shape[0], "\(tensor.shape)")
        let (height, width) = (tensor.shape[2], tensor.shape[3])
        let size = width * height
        let from = tensor.pointer + item * 3 * size
        self.init(width: width, height: height) { pixels in
            let to = pixels.baseAddress!
            for p in 0..<size {
                for channel in 0..<3 { to[3 * p + channel] = UInt8(nearest: (from[channel * size + p] + 1) / 2 * 255) }
            }
        }
        keepAlive(tensor)
    }
}

extension UInt8 {
    /// The level nearest to a value, the greater of two as near; 0 for what is less or not a number, 255 for what is more.
    @inlinable
    package init(nearest value: Float) {
        // The comparison is false for NaN. Cutting off what follows the point costs less than rounding, which is a call on older processors.
        self = value > 0 ? UInt8(truncatingIfNeeded: Int32(Swift.min(value, 255) + 0.5)) : 0
    }
}
