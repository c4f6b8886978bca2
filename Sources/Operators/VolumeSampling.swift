import CKernels
import Foundation
import Tensors

/// Trilinear sampling of a volume at given positions, with zeros outside it and `align_corners` false: positions −1 and 1 are the outer
/// edges of the border values. There is no gradient.
public enum VolumeSampling {
    /// - Parameters:
    ///   - x: (N, C, D, H, W), each of D, H and W at least 2.
    ///   - grid: (N, d, h, w, 3), x before y before z, along W, H and D, in units of [−1, 1].
    /// - Returns: (N, C, d, h, w).
    public static func forward(_ x: Tensor, grid: Tensor) -> Tensor {
        precondition(x.shape.count == 5 && x.shape[2...].allSatisfy { $0 >= 2 }, "\(x.shape) cannot be sampled")
        precondition(grid.shape.count == 5 && grid.shape[0] == x.shape[0] && grid.shape[4] == 3, "grid \(grid.shape) for \(x.shape)")
        let (samples, channels, depth, height, width) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3], x.shape[4])
        let count = grid.count / (3 * samples), size = depth * height * width
        return Operator.volumeSampling.run(on: [x, grid], operations: 16 * samples * channels * count) {
            let result = Tensor(uninitialized: [samples, channels] + grid.shape[1...3])
            for sample in 0..<samples {
                let positions = grid.pointer + sample * count * 3
                let from = x.pointer + sample * channels * size, to = result.mutablePointer + sample * channels * count
                if OperatorPath.current == .reference {
                    for index in 0..<channels * count {
                        let position = positions + index % count * 3
                        to[index] = reference(
                            from + index / count * size, [depth, height, width], [position[2], position[1], position[0]])
                    }
                    continue
                }
                // Where each place reads and with which weights: computed once for all channels.
                let weights = Tensor(uninitialized: [8, count]), factors = weights.mutablePointer
                let indices = UnsafeMutablePointer<Int32>.allocate(capacity: max(count, 1))
                defer { indices.deallocate() }
                Parallel.ranges(count, grain: 4096) { range in
                    for p in range {
                        let column = neighbors(positions[3 * p], width), row = neighbors(positions[3 * p + 1], height)
                        let plane = neighbors(positions[3 * p + 2], depth)
                        indices[p] = (plane.index * Int32(height) + row.index) * Int32(width) + column.index
                        for k in 0..<8 {
                            factors[k * count + p] =
                                (k < 4 ? plane.first : plane.second) * (k & 2 == 0 ? row.first : row.second)
                                * (k & 1 == 0 ? column.first : column.second)
                        }
                    }
                }
                // A piece of places is computed for all channels, while its weights are in the cache.
                let piece = 2048, pieces = (count + piece - 1) / piece
                let parts = max(1, min(channels, 4 * Parallel.width / pieces))
                Parallel.forEach(pieces * parts) { job in
                    let first = job / parts * piece, own = min(piece, count - first), part = job % parts
                    for channel in channels * part / parts..<channels * (part + 1) / parts {
                        kernel_sample_volume(
                            to + channel * count + first, from + channel * size, indices + first, factors + first, count, own, width,
                            height * width)
                    }
                }
                keepAlive(weights)
            }
            return result
        }
    }

    /// Of two neighboring values of an axis, both inside, the first one's place, and the weights of both at a position.
    @inline(__always)
    static func neighbors(_ position: Float, _ extent: Int) -> (index: Int32, first: Float, second: Float) {
        let at = ((position + 1) * Float(extent) - 1) / 2
        // The negation also catches NaN.
        guard at > -1, at < Float(extent) else { return (0, 0, 0) }
        let low = at.rounded(.down), fraction = at - low, index = Int32(low)
        if index < 0 { return (0, fraction, 0) }
        if Int(index) > extent - 2 { return (Int32(extent - 2), 0, 1 - fraction) }
        return (index, 1 - fraction, fraction)
    }

    /// The definition, for one position: extents and position in the order of axes, depth first.
    private static func reference(_ volume: UnsafePointer<Float>, _ extents: [Int], _ position: [Float]) -> Float {
        let at = zip(position, extents).map { (($0 + 1) * Float($1) - 1) / 2 }
        guard zip(at, extents).allSatisfy({ $0 > -1 && $0 < Float($1) }) else { return 0 }
        var sum: Float = 0
        for corner in 0..<8 {
            var (place, weight, isInside) = (0, Float(1), true)
            for axis in 0..<3 {
                let low = at[axis].rounded(.down), isNext = corner >> axis & 1 == 1, index = Int(low) + (isNext ? 1 : 0)
                isInside = isInside && (0..<extents[axis]).contains(index)
                place = place * extents[axis] + index
                weight *= isNext ? at[axis] - low : 1 - (at[axis] - low)
            }
            if isInside { sum += weight * volume[place] }
        }
        return sum
    }
}
