import CKernels
import Foundation
import Tensors

/// The generator's use of a raw flow map (LIA, section 3.2): tanh of its first two channels is the flow, which is added to the
/// identity grid and sampled in the source's features; sigmoid of the third is the mask.
public enum Warp {
    public struct Result {
        /// (N, C, H, W): mask · sampled source features. The picture is made from these.
        public let warped: Tensor
        /// (N, C, H, W): warped + (1 − mask) · features, for the next level; nil when not asked for.
        public let blended: Tensor?
        /// (N, 2, H, W): the flow, x before y, in units of half the picture, added to the identity grid.
        public let flow: Tensor
        /// (N, 1, H, W), in (0, 1).
        public let mask: Tensor
    }

    /// - Parameters:
    ///   - source: (1 or N, C, H, W), features of the source; one source serves all samples.
    ///   - features: (N, C, H, W), the generator's own.
    ///   - map: (N, 3, H, W), raw flow and mask.
    ///   - blending: whether the blended features are wanted.
    public static func forward(source: Tensor, features: Tensor, map: Tensor, blending: Bool = true) -> Result {
        let (samples, channels, height, width) = (
            features.shape[0], features.shape[1], features.shape[2], features.shape[3])
        let sources = source.shape[0]
        precondition(
            (sources == 1 || sources == samples) && source.shape.dropFirst() == features.shape.dropFirst(),
            "source \(source.shape) does not fit features \(features.shape)")
        precondition(map.shape == [samples, 3, height, width], "map \(map.shape) does not fit \(features.shape)")
        defer { keepAlive(source, features, map) }
        let size = height * width
        let flow = Tensor(uninitialized: [samples, 2, height, width])
        let mask = Tensor(uninitialized: [samples, 1, height, width])
        let warped = Tensor(uninitialized: features.shape)
        let blended = blending ? Tensor(uninitialized: features.shape) : nil
        for sample in 0..<samples {
            let raw = map.pointer + sample * 3 * size
            let offset = flow.mutablePointer + sample * 2 * size, weight = mask.mutablePointer + sample * size
            Parallel.ranges(size, grain: 2048) { pixels in
                for p in pixels {
                    offset[p] = tanh(raw[p])
                    offset[size + p] = tanh(raw[size + p])
                    weight[p] = 1 / (1 + exp(-raw[2 * size + p]))
                }
            }
            // linspace(−1, 1) puts the grid's ends on pixel centres while the sampling puts −1 and 1 on the border pixels'
            // outer edges. The published weights were trained with that mismatch.
            let position = { (p: Int) -> (x: Float, y: Float) in
                (
                    linspace(p % width, width) + offset[p],
                    linspace(p / width, height) + offset[size + p]
                )
            }
            let from = source.pointer + (sources == 1 ? 0 : sample * channels * size)
            let own = features.pointer + sample * channels * size
            let to = warped.mutablePointer + sample * channels * size
            let next = blended.map { $0.mutablePointer + sample * channels * size }
            if OperatorPath.current == .reference {
                for channel in 0..<channels {
                    for p in 0..<size {
                        let (x, y) = position(p)
                        let value = weight[p] * GridSampling.reference(from + channel * size, height, width, x, y)
                        to[channel * size + p] = value
                        next?[channel * size + p] = value + (1 - weight[p]) * own[channel * size + p]
                    }
                }
                continue
            }
            let table = GridSampling.Table(height: height, width: width, count: size, position)
            Parallel.ranges(channels, grain: max(1, 16384 / size)) { range in
                for channel in range {
                    kernel_warp_plane(
                        to + channel * size, next.map { $0 + channel * size }, from + channel * size, table.index,
                        table.weights.pointer, weight, own + channel * size, size, width)
                }
            }
            keepAlive(table.weights)
        }
        keepAlive(flow, mask)
        return Result(warped: warped, blended: blended, flow: flow, mask: mask)
    }

    /// Value `index` of `count` evenly spaced ones from −1 to 1.
    @inline(__always)
    static func linspace(_ index: Int, _ count: Int) -> Float { -1 + 2 * Float(index) / Float(count - 1) }
}
