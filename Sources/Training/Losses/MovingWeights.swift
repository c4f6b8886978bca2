import Tensors

/// Weights of pixels for a loss that counts motion: each as much as the frame differs from its source around the pixel.
package enum MovingWeights {
    /// How many pixels on each side count with a pixel.
    private static let reach = 2

    /// - Parameters:
    ///   - frames: (N, C, H, W).
    ///   - sources: for every frame, the number of the frame that it is rebuilt from.
    /// - Returns: (N, H, W); with C channels' absolute differences under them, a frame's weights make their mean: they sum to
    ///   1/(N·C), or to 0 for a frame that is its source.
    package static func weights(_ frames: Tensor, sources: [Int]) -> Tensor {
        let (count, channels, height, width) = (frames.shape[0], frames.shape[1], frames.shape[2], frames.shape[3])
        let area = height * width
        let result = Tensor(uninitialized: [count, height, width])
        Parallel.forEach(count) { frame in
            let own = frames.pointer + frame * channels * area, source = frames.pointer + sources[frame] * channels * area
            let to = result.mutablePointer + frame * area
            var change = [Float](repeating: 0, count: area)
            for channel in 0..<channels {
                for p in 0..<area { change[p] += abs(own[channel * area + p] - source[channel * area + p]) }
            }
            var rows = [Float](repeating: 0, count: area)
            for y in 0..<height {
                for x in 0..<width {
                    var sum: Float = 0
                    for near in max(0, x - reach)...min(width - 1, x + reach) { sum += change[y * width + near] }
                    rows[y * width + x] = sum
                }
            }
            var total = 0.0
            for y in 0..<height {
                for x in 0..<width {
                    var sum: Float = 0
                    for near in max(0, y - reach)...min(height - 1, y + reach) { sum += rows[near * width + x] }
                    to[y * width + x] = sum
                    total += Double(sum)
                }
            }
            let scale = total > 0 ? Float(1 / (total * Double(count * channels))) : 0
            for p in 0..<area { to[p] *= scale }
        }
        keepAlive(frames)
        return result
    }
}
