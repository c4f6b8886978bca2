import CKernels
import Foundation
import Tensors

/// Warps features by a raw flow map (Wang et al. 2022, "Latent Image Animator", section 3.2): tanh of its first two channels is the flow,
/// which is added to the identity grid and sampled in the source's features; sigmoid of the third is the mask. With a map of two channels
/// the mask is 1 everywhere: the warped features are used whole, and the generator's own are not blended in.
public enum Warp {
    public struct Result {
        /// (N, C, H, W): mask · sampled source features. The picture is made from these.
        public let warped: Tensor
        /// (N, C, H, W): warped + (1 − mask) · features, for the next level; nil if not requested.
        public let blended: Tensor?
        /// (N, 2, H, W): the flow, x before y, in units of half the picture, added to the identity grid.
        public let flow: Tensor
        /// (N, 1, H, W), in (0, 1); all 1 if the map has no mask.
        public let mask: Tensor
    }

    /// Pixels whose part of the sampling table stays in the second-level cache.
    private static let piece = 4096

    /// - Parameters:
    ///   - source: (1 or N, C, H, W), features of the source; one source serves all samples.
    ///   - features: (N, C, H, W), the generator's own.
    ///   - map: (N, 3, H, W), raw flow and mask, or (N, 2, H, W), raw flow.
    ///   - blending: whether the blended features are wanted.
    public static func forward(source: Tensor, features: Tensor, map: Tensor, blending: Bool = true) -> Result {
        let (samples, channels, height, width) = (
            features.shape[0], features.shape[1], features.shape[2], features.shape[3]
        )
        let sources = source.shape[0]
        precondition(
            (sources == 1 || sources == samples) && source.shape.dropFirst() == features.shape.dropFirst(),
            "source \(source.shape) does not fit features \(features.shape)")
        let planes = map.shape[1]
        precondition(
            (2...3).contains(planes) && map.shape == [samples, planes, height, width],
            "map \(map.shape) does not fit \(features.shape)")
        return Operator.warp.run(
            on: [source, features, map], detail: "\(channels), \(height)×\(width)", operations: (blending ? 11 : 8) * features.count,
            outputs: { [$0.warped, $0.flow, $0.mask] + ($0.blended.map { [$0] } ?? []) }
        ) {
            compute(source: source, features: features, map: map, blending: blending)
        } backward: { arriving, result in
            gradient(of: result, source: source, features: features, planes: planes, arriving: arriving)
        }
    }

    private static func compute(source: Tensor, features: Tensor, map: Tensor, blending: Bool) -> Result {
        let (samples, channels, height, width) = (
            features.shape[0], features.shape[1], features.shape[2], features.shape[3]
        )
        let (sources, planes) = (source.shape[0], map.shape[1])
        let size = height * width, path = OperatorPath.current
        let flow = Tensor(uninitialized: [samples, 2, height, width])
        let mask = Tensor(uninitialized: [samples, 1, height, width])
        let warped = Tensor(uninitialized: features.shape)
        let blended = blending ? Tensor(uninitialized: features.shape) : nil
        for sample in 0..<samples {
            let raw = map.pointer + sample * planes * size
            let offset = flow.mutablePointer + sample * 2 * size, weight = mask.mutablePointer + sample * size
            Parallel.ranges(size, grain: 2048) { pixels in
                let first = pixels.lowerBound
                guard path == .reference || planes == 2 else {
                    return kernel_flow_and_mask(
                        offset + first, offset + size + first, weight + first, raw + first, size, pixels.count)
                }
                for p in pixels {
                    offset[p] = tanh(raw[p])
                    offset[size + p] = tanh(raw[size + p])
                    weight[p] = planes == 2 ? 1 : 1 / (1 + exp(-raw[2 * size + p]))
                }
            }
            // linspace(−1, 1) puts the ends of the grid on pixel centers, while sampling puts −1 and 1 on the outer edges of the border
            // pixels. The published weights were trained with that mismatch.
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
            if path == .reference {
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
            let table = GridSampling.Table(height: height, width: width, .init(flow: offset, height: height, width: width))
            // A piece of pixels is computed for all channels.
            let pieces = (size + Self.piece - 1) / Self.piece
            let parts = max(1, min(2 * Parallel.width / pieces, channels * size / 16384))
            Parallel.forEach(pieces * parts) { job in
                let first = job / parts * Self.piece, count = min(Self.piece, size - first), part = job % parts
                for channel in channels * part / parts..<channels * (part + 1) / parts {
                    let place = channel * size + first
                    kernel_warp_plane(
                        to + place, next.map { $0 + place }, from + channel * size, table.index + first,
                        table.weights.pointer + first, size, weight + first, own + place, count, width)
                }
            }
            withExtendedLifetime(table) {}
        }
        return Result(warped: warped, blended: blended, flow: flow, mask: mask)
    }

    /// - Parameters:
    ///   - planes: how many channels the map has.
    ///   - arriving: the gradients of warped, flow, mask and, where there are any, blended features.
    /// - Returns: the gradients of source, features and map.
    private static func gradient(
        of result: Result, source: Tensor, features: Tensor, planes: Int, arriving: [Tensor?]
    ) -> [Tensor?] {
        let (samples, channels, height, width) = (
            features.shape[0], features.shape[1], features.shape[2], features.shape[3]
        )
        let size = height * width, sources = source.shape[0]
        let (dWarped, dFlow, dMask) = (arriving[0], arriving[1], arriving[2])
        let dBlended = arriving.count > 3 ? arriving[3] : nil
        let dSource = Tensor(zeros: source.shape)
        let dFeatures = dBlended.map { _ in Tensor(uninitialized: features.shape) }
        let dMap = Tensor(uninitialized: [samples, planes, height, width])
        let both = Tensor(uninitialized: [channels, size])
        for sample in 0..<samples {
            let mask = result.mask.pointer + sample * size
            let flow = result.flow.pointer + sample * 2 * size
            let offset = sample * channels * size
            let (fromWarped, fromBlended) = (dWarped.map { $0.pointer + offset }, dBlended.map { $0.pointer + offset })
            // Warped features are in both outputs, the generator's own in the blended one alone.
            let (sum, own) = (both.mutablePointer, dFeatures.map { $0.mutablePointer + offset })
            Parallel.ranges(channels, grain: max(1, 8192 / size)) { range in
                for channel in range {
                    for p in 0..<size {
                        let b = fromBlended?[channel * size + p] ?? 0
                        sum[channel * size + p] = (fromWarped?[channel * size + p] ?? 0) + b
                        own?[channel * size + p] = (1 - mask[p]) * b
                    }
                }
            }
            let slopes = GridSampling.Slopes(height: height, width: width, .init(flow: flow, height: height, width: width))
            let place = sources == 1 ? 0 : offset
            let sums = slopes.gradient(
                sampled: both.pointer, mask: mask, source: source.pointer + place,
                into: dSource.mutablePointer + place, channels: channels)
            let (x, y, weight) = (sums.mutablePointer, sums.mutablePointer + size, sums.mutablePointer + 2 * size)
            if let fromBlended {
                let f = features.pointer + offset
                for channel in 0..<channels {
                    for p in 0..<size { weight[p] -= f[channel * size + p] * fromBlended[channel * size + p] }
                }
            }
            let (moreFlow, moreMask) = (
                dFlow.map { $0.pointer + sample * 2 * size }, dMask.map { $0.pointer + sample * size }
            )
            let to = dMap.mutablePointer + sample * planes * size
            for p in 0..<size {
                let (u, v, m) = (flow[p], flow[size + p], mask[p])
                to[p] = (x[p] + (moreFlow?[p] ?? 0)) * (1 - u * u)
                to[size + p] = (y[p] + (moreFlow?[size + p] ?? 0)) * (1 - v * v)
                if planes == 3 { to[2 * size + p] = (weight[p] + (moreMask?[p] ?? 0)) * m * (1 - m) }
            }
            keepAlive(sums)
        }
        keepAlive(both)
        return [dSource, dFeatures, dMap]
    }

    /// Value `index` of `count` evenly spaced ones from −1 to 1.
    @inline(__always)
    package static func linspace(_ index: Int, _ count: Int) -> Float { -1 + 2 * Float(index) / Float(count - 1) }
}
