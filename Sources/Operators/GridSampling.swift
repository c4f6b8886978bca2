import CKernels
import Foundation
import Tensors

/// Bilinear sampling of a map at given positions. Positions −1 and 1 are the outer edges of the border pixels, or their centers where
/// corners are aligned (PyTorch's `align_corners`).
public enum GridSampling {
    /// What lies beyond the edges.
    public enum Outside: String, CaseIterable, Sendable {
        case zeros
        /// The map mirrored at its edges, again and again.
        case reflection
    }

    /// - Parameters:
    ///   - x: (N, C, H, W), H and W at least 2.
    ///   - grid: (N, h, w, 2), x before y, in units of [−1, 1].
    ///   - alignsCorners: whether −1 and 1 are the centers of the border pixels.
    /// - Returns: (N, C, h, w).
    public static func forward(_ x: Tensor, grid: Tensor, alignsCorners: Bool = false, outside: Outside = .zeros) -> Tensor {
        let (samples, channels, height, width) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3])
        precondition(grid.shape.count == 4 && grid.shape[0] == samples && grid.shape[3] == 2, "grid \(grid.shape)")
        precondition(height >= 2 && width >= 2, "\(x.shape) is too small to sample")
        let count = grid.shape[1] * grid.shape[2], size = height * width
        let across = Axis(count: width, alignsCorners: alignsCorners, outside: outside)
        let down = Axis(count: height, alignsCorners: alignsCorners, outside: outside)
        func places(_ positions: UnsafePointer<Float>) -> Positions {
            Positions(count: count) { (across.place(positions[2 * $0]).value, down.place(positions[2 * $0 + 1]).value) }
        }
        return Operator.gridSampling.run(on: [x, grid], operations: 8 * samples * channels * count) {
            let result = Tensor(uninitialized: [samples, channels, grid.shape[1], grid.shape[2]])
            for sample in 0..<samples {
                let positions = grid.pointer + sample * count * 2
                let from = x.pointer + sample * channels * size, to = result.mutablePointer + sample * channels * count
                if OperatorPath.current == .reference {
                    for channel in 0..<channels {
                        for p in 0..<count {
                            to[channel * count + p] = reference(
                                from + channel * size, height, width, across.place(positions[2 * p]).value,
                                down.place(positions[2 * p + 1]).value)
                        }
                    }
                    continue
                }
                let table = Table(height: height, width: width, places(positions))
                Parallel.ranges(channels, grain: max(1, 16384 / count)) { range in
                    for channel in range {
                        table.read(from + channel * size, into: to + channel * count)
                    }
                }
            }
            return result
        } backward: { gradient, _ in
            let dx = Tensor(zeros: x.shape), dGrid = Tensor(uninitialized: grid.shape)
            let ones = Tensor(repeating: 1, [count])
            for sample in 0..<samples {
                let positions = grid.pointer + sample * count * 2, to = dGrid.mutablePointer + sample * count * 2
                let slopes = Slopes(height: height, width: width, places(positions))
                let sums = slopes.gradient(
                    sampled: gradient.pointer + sample * channels * count, mask: ones.pointer,
                    source: x.pointer + sample * channels * size, into: dx.mutablePointer + sample * channels * size,
                    channels: channels)
                for p in 0..<count {
                    to[2 * p] = sums.pointer[p] * across.place(positions[2 * p]).slope
                    to[2 * p + 1] = sums.pointer[count + p] * down.place(positions[2 * p + 1]).slope
                }
                keepAlive(sums)
            }
            keepAlive(ones)
            return [dx, dGrid]
        }
    }

    /// How positions along an axis are counted.
    private struct Axis {
        let count: Int
        let alignsCorners: Bool
        let outside: Outside

        /// The same place where −1 and 1 are the outer edges and all beyond them is zero, and its derivative by the position.
        @inline(__always)
        func place(_ position: Float) -> (value: Float, slope: Float) {
            if !alignsCorners && outside == .zeros { return (position, 1) }
            let extent = Float(count)
            var index = alignsCorners ? (position + 1) / 2 * (extent - 1) : ((position + 1) * extent - 1) / 2
            var slope = alignsCorners ? (extent - 1) / extent : 1
            if outside == .reflection {
                let least: Float = alignsCorners ? 0 : -0.5, span = alignsCorners ? extent - 1 : extent
                if index < least { slope = -slope }
                let distance = abs(index - least), turns = floor(distance / span), rest = distance - turns * span
                let isMirrored = turns.truncatingRemainder(dividingBy: 2) != 0
                index = (isMirrored ? span - rest : rest) + least
                if isMirrored { slope = -slope }
                // Within half a pixel of an edge the border pixel goes on.
                if index <= 0 || index >= extent - 1 {
                    index = min(max(index, 0), extent - 1)
                    slope = 0
                }
            }
            return ((2 * index + 1) / extent - 1, slope)
        }
    }

    /// The definition, for one position.
    static func reference(
        _ plane: UnsafePointer<Float>, _ height: Int, _ width: Int, _ x: Float, _ y: Float
    ) -> Float {
        let column = ((x + 1) * Float(width) - 1) / 2, row = ((y + 1) * Float(height) - 1) / 2
        guard column > -1, column < Float(width), row > -1, row < Float(height) else { return 0 }
        let left = floor(column), top = floor(row)
        var sum: Float = 0
        for a in 0...1 {
            for b in 0...1 {
                let i = Int(top) + a, j = Int(left) + b
                guard i >= 0, i < height, j >= 0, j < width else { continue }
                sum +=
                    plane[i * width + j] * (a == 0 ? 1 - (row - top) : row - top)
                    * (b == 0 ? 1 - (column - left) : column - left)
            }
        }
        return sum
    }

    /// Positions of output pixels.
    struct Positions {
        let count: Int
        /// Writes x and y of some pixels, counted row by row.
        let fill: (_ range: Range<Int>, _ x: UnsafeMutablePointer<Float>, _ y: UnsafeMutablePointer<Float>) -> Void

        /// - Parameter position: of one pixel.
        init(count: Int, _ position: @escaping (Int) -> (x: Float, y: Float)) {
            self.count = count
            fill = { range, x, y in
                for (place, p) in range.enumerated() { (x[place], y[place]) = position(p) }
            }
        }

        /// Each pixel's place on evenly spaced ones from −1 to 1 in each direction, plus its flow.
        ///
        /// - Parameter flow: (2, height, width), x before y, valid while the positions are used.
        init(flow: UnsafePointer<Float>, height: Int, width: Int) {
            let size = height * width
            count = size
            fill = { range, x, y in
                let first = range.lowerBound
                kernel_flow_positions(x, y, flow + first, flow + size + first, first, range.count, height, width)
            }
        }

        /// Each pixel's own place, −1 and 1 being the outer edges, plus its displacement.
        ///
        /// - Parameter displacement: (2, height, width), x before y, valid while the positions are used.
        init(displacement: UnsafePointer<Float>, height: Int, width: Int) {
            let size = height * width
            count = size
            fill = { range, x, y in
                var p = range.lowerBound
                while p < range.upperBound {
                    let (row, column) = (p / width, p % width), run = min(width - column, range.upperBound - p)
                    let down = (Float(row) * 2 + 1) / Float(height) - 1
                    let (x, y, across) = (x + p - range.lowerBound, y + p - range.lowerBound, displacement + p)
                    for i in 0..<run {
                        x[i] = (Float(column + i) * 2 + 1) / Float(width) - 1 + across[i]
                        y[i] = down + across[size + i]
                    }
                    p += run
                }
            }
        }

        /// Hands over the positions in pieces, all x of a piece and all y of it.
        ///
        /// - Parameter most: pixels of a piece.
        func forEachPiece(
            of most: Int = .max, _ body: (_ range: Range<Int>, _ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>) -> Void
        ) {
            Parallel.ranges(count, grain: 4096) { range in
                let longest = min(most, range.count)
                Tensor.withScratch(2 * longest) { x in
                    let y = x + longest
                    for first in stride(from: range.lowerBound, to: range.upperBound, by: longest) {
                        let piece = first..<min(first + longest, range.upperBound)
                        fill(piece, x, y)
                        body(piece, x, y)
                    }
                }
            }
        }
    }

    /// Where each output pixel reads and with which weights: computed once for all channels.
    final class Table {
        let index: UnsafeMutablePointer<Int32>
        let weights: Tensor
        private let count, width: Int

        private init(count: Int, width: Int) {
            (self.count, self.width) = (count, width)
            index = .allocate(capacity: max(count, 1))
            weights = Tensor(uninitialized: [4, count])
        }

        /// Of `count` positions (x[p], y[p]).
        convenience init(height: Int, width: Int, _ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>, count: Int) {
            self.init(count: count, width: width)
            kernel_sampling_table(index, weights.mutablePointer, count, x, y, count, height, width)
        }

        convenience init(height: Int, width: Int, _ positions: Positions) {
            let count = positions.count
            self.init(count: count, width: width)
            let (index, weights) = (index, weights.mutablePointer)
            positions.forEachPiece { range, x, y in
                kernel_sampling_table(
                    index + range.lowerBound, weights + range.lowerBound, count, x, y, range.count, height, width)
            }
        }

        deinit { index.deallocate() }

        /// Writes the values of a plane of height×width at the positions.
        func read(_ plane: UnsafePointer<Float>, into values: UnsafeMutablePointer<Float>) {
            kernel_sample_plane(values, plane, index, weights.pointer, count, count, width)
            withExtendedLifetime(self) {}
        }
    }

    /// For every position the four weights and their derivatives by x and y, which the gradient needs.
    final class Slopes {
        private let height, width, count: Int
        private let index: UnsafeMutablePointer<Int32>
        private let factors: Tensor

        init(height: Int, width: Int, _ positions: Positions) {
            (self.height, self.width, count) = (height, width, positions.count)
            index = .allocate(capacity: max(count, 1))
            factors = Tensor(uninitialized: [count, 8])
            let (index, factors) = (index, factors.mutablePointer)
            positions.forEachPiece { range, x, y in
                kernel_sampling_slopes(
                    index + range.lowerBound, factors + 8 * range.lowerBound, x, y, range.count, height, width)
            }
        }

        deinit { index.deallocate() }

        /// - Parameters:
        ///   - sampled: gradients of mask · sample, (channels, count).
        ///   - mask: (count).
        ///   - source: (channels, height, width).
        ///   - into: (channels, height, width), to which the gradient of the source is added.
        /// - Returns: (3, count): the gradients of x, of y, and of the mask.
        func gradient(
            sampled: UnsafePointer<Float>, mask: UnsafePointer<Float>, source: UnsafePointer<Float>,
            into: UnsafeMutablePointer<Float>, channels: Int
        ) -> Tensor {
            // Every thread sums over channels of its own; the sums are added in a fixed order, so that results repeat exactly.
            let parts = min(Parallel.width, channels)
            let partial = (0..<parts).map { _ in Tensor(zeros: [3, count]) }
            let size = height * width
            Parallel.forEach(parts) { part in
                let sums = partial[part].mutablePointer
                for channel in channels * part / parts..<channels * (part + 1) / parts {
                    kernel_sampling_gradient(
                        into + channel * size, sums, sums + count, sums + 2 * count, sampled + channel * count,
                        source + channel * size, mask, index, factors.pointer, count, width)
                }
            }
            withExtendedLifetime(self) {}
            let total = partial[0]
            for other in partial.dropFirst() {
                for index in 0..<total.count { total.mutablePointer[index] += other.pointer[index] }
            }
            return total
        }
    }
}
