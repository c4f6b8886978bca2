import CKernels
import Foundation
import Tensors

/// Every channel of a map sampled bilinearly at places that are scaled, turned and moved in its own way: AdaAT's spatial part (Zhang et al.
/// 2023, "DINet", section 3.1).
///
/// With u and v from −1 to 1 over columns and rows, corners included, a value comes from x = s·(cos α·u − sin α·v) + tˣ and
/// y = s·(sin α·u + cos α·v) + tʸ, where −1 and 1 are the outer edges of the border pixels, and zeros lie beyond them. s = 1, α = 0, t = 0
/// is therefore not the identity.
public enum ChannelWarp {
    /// - Parameters:
    ///   - x: (N, C, H, W), H and W at least 2.
    ///   - scale, angle: (N, C); the angle in radians.
    ///   - shift: (N, 2·C): tˣ and tʸ of the first channel, then those of the next, in halves of the map's sides.
    /// - Returns: (N, C, H, W).
    public static func forward(_ x: Tensor, scale: Tensor, angle: Tensor, shift: Tensor) -> Tensor {
        let (samples, channels, height, width) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3])
        let (planes, count) = (samples * channels, height * width)
        precondition(height >= 2 && width >= 2, "\(x.shape) is too small to sample")
        precondition(
            scale.count == planes && angle.count == planes && shift.count == 2 * planes,
            "\(scale.shape), \(angle.shape) and \(shift.shape) for \(x.shape)")
        @Sendable func map(_ plane: Int) -> Map {
            Map(
                scale: scale.pointer[plane], angle: angle.pointer[plane], x: shift.pointer[2 * plane], y: shift.pointer[2 * plane + 1],
                height: height, width: width)
        }
        return Operator.channelWarp.run(on: [x, scale, angle, shift], operations: 20 * x.count) {
            let result = Tensor(uninitialized: x.shape), (from, to) = (x.pointer, result.mutablePointer)
            if OperatorPath.current == .reference {
                for plane in 0..<planes {
                    let map = map(plane)
                    for p in 0..<count {
                        let place = map.place(p)
                        to[plane * count + p] = GridSampling.reference(from + plane * count, height, width, place.x, place.y)
                    }
                }
                return result
            }
            Parallel.ranges(planes, grain: max(1, 16384 / count)) { range in
                Tensor.withScratch(6 * count + (count + 1)) { scratch in
                    let (across, down, weights) = (scratch, scratch + count, scratch + 2 * count)
                    (scratch + 6 * count).withMemoryRebound(to: Int32.self, capacity: count) { index in
                        for plane in range {
                            map(plane).fill(across, down)
                            kernel_sampling_table(index, weights, count, across, down, count, height, width)
                            kernel_sample_plane(to + plane * count, from + plane * count, index, weights, count, count, width)
                        }
                    }
                }
            }
            return result
        } backward: { gradient, _ in
            let dx = Tensor(zeros: x.shape), ones = Tensor(repeating: 1, [count])
            let dScale = Tensor(uninitialized: scale.shape), dAngle = Tensor(uninitialized: angle.shape)
            let dShift = Tensor(uninitialized: shift.shape)
            let (arriving, from, to) = (gradient.pointer, x.pointer, dx.mutablePointer)
            Parallel.forEach(planes) { plane in
                let map = map(plane)
                let slopes = GridSampling.Slopes(height: height, width: width, .init(count: count) { map.place($0) })
                let sums = slopes.gradient(
                    sampled: arriving + plane * count, mask: ones.pointer, source: from + plane * count, into: to + plane * count,
                    channels: 1)
                var total = (scale: 0.0, angle: 0.0, x: 0.0, y: 0.0)
                for p in 0..<count {
                    let (gx, gy) = (sums.pointer[p], sums.pointer[count + p]), turned = map.turned(p)
                    total.scale += Double(gx * turned.x + gy * turned.y)
                    total.angle += Double(map.scale * (gy * turned.x - gx * turned.y))
                    total.x += Double(gx)
                    total.y += Double(gy)
                }
                keepAlive(sums)
                (dScale.mutablePointer[plane], dAngle.mutablePointer[plane]) = (Float(total.scale), Float(total.angle))
                (dShift.mutablePointer[2 * plane], dShift.mutablePointer[2 * plane + 1]) = (Float(total.x), Float(total.y))
            }
            keepAlive(ones, gradient)
            return [dx, dScale, dAngle, dShift]
        }
    }

    /// Where the values of one plane come from.
    private struct Map: Sendable {
        let scale, sine, cosine, x, y: Float
        let height, width: Int

        init(scale: Float, angle: Float, x: Float, y: Float, height: Int, width: Int) {
            (self.scale, sine, cosine, self.x, self.y) = (scale, sin(angle), cos(angle), x, y)
            (self.height, self.width) = (height, width)
        }

        /// A place of the result, turned alone.
        @inline(__always)
        func turned(_ p: Int) -> (x: Float, y: Float) {
            let (u, v) = (Self.position(p % width, width), Self.position(p / width, height))
            return (cosine * u - sine * v, sine * u + cosine * v)
        }

        @inline(__always)
        func place(_ p: Int) -> (x: Float, y: Float) {
            let turned = turned(p)
            return (scale * turned.x + x, scale * turned.y + y)
        }

        /// All places: x of each, and y of each.
        func fill(_ across: UnsafeMutablePointer<Float>, _ down: UnsafeMutablePointer<Float>) {
            let (step, a, b) = (2 / Float(width - 1), scale * cosine, scale * sine)
            for row in 0..<height {
                let v = Self.position(row, height), (left, top) = (x - b * v, y + a * v)
                let (xs, ys) = (across + row * width, down + row * width)
                for column in 0..<width {
                    let u = Float(column) * step - 1
                    xs[column] = a * u + left
                    ys[column] = b * u + top
                }
            }
        }

        @inline(__always)
        private static func position(_ index: Int, _ extent: Int) -> Float { 2 * Float(index) / Float(extent - 1) - 1 }
    }
}
