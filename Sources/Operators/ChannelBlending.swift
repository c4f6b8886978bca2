import Tensors

/// Every channel blended with the next, as trilinear sampling blends them that takes the C channels of a map for the depth of a volume and
/// looks at depth z = 2k/(C − 1) − 1 for channel k (PyTorch's `grid_sample` with zeros outside and `align_corners` false).
///
/// Depth z is k + k/(C − 1) − ½ in channels: the first channel becomes half of itself, the last one, too, and a channel in the middle the
/// mean of two. The blend does not depend on places, so that it may come before or after what moves them.
public enum ChannelBlending {
    /// (N, C, …) → (N, C, …), C at least 2.
    public static func forward(_ x: Tensor) -> Tensor {
        let (samples, channels, size) = x.planar
        precondition(channels >= 2, "\(x.shape) has no depth")
        let taps = taps(channels)
        return Operator.channelBlending.run(on: [x], operations: 3 * x.count) {
            let result = Tensor(uninitialized: x.shape), (from, to) = (x.pointer, result.mutablePointer)
            Parallel.ranges(samples * channels, grain: max(1, 16384 / max(size, 1))) { planes in
                for plane in planes {
                    let tap = taps[plane % channels], first = plane / channels * channels, y = to + plane * size
                    let own = from + (first + max(0, tap.channel)) * size, next = from + (first + min(channels - 1, tap.channel + 1)) * size
                    let (a, b) = tap.weights(channels)
                    for p in 0..<size { y[p] = a * own[p] + b * next[p] }
                }
            }
            return result
        } backward: { gradient, _ in
            let dx = Tensor(zeros: x.shape), (from, to) = (gradient.pointer, dx.mutablePointer)
            Parallel.forEach(samples) { sample in
                for (channel, tap) in taps.enumerated() {
                    let arriving = from + (sample * channels + channel) * size, (a, b) = tap.weights(channels)
                    for (weight, other) in [(a, tap.channel), (b, tap.channel + 1)] where weight != 0 {
                        let target = to + (sample * channels + other) * size
                        for p in 0..<size { target[p] += weight * arriving[p] }
                    }
                }
            }
            return [dx]
        }
    }

    /// Where a channel looks: between `channel` and the next, and how far from the first.
    private struct Tap {
        let channel: Int
        let fraction: Float

        /// Of the two channels; 0 for one that is not there.
        func weights(_ channels: Int) -> (Float, Float) {
            (channel >= 0 ? 1 - fraction : 0, channel + 1 < channels ? fraction : 0)
        }
    }

    private static func taps(_ channels: Int) -> [Tap] {
        (0..<channels).map { channel in
            let depth = Double(channel) + Double(channel) / Double(channels - 1) - 0.5, low = depth.rounded(.down)
            return Tap(channel: Int(low), fraction: Float(depth - low))
        }
    }
}
