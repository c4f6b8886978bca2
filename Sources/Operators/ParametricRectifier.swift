import Tensors

/// max(x, 0) + slope·min(x, 0) with a learned slope per channel (PReLU, He et al. 2015).
public enum ParametricRectifier {
    /// - Parameters:
    ///   - x: (N, C, …).
    ///   - slope: C values.
    /// - Returns: (N, C, …).
    public static func forward(_ x: Tensor, slope: Tensor) -> Tensor {
        let (samples, channels, size) = x.planar
        precondition(slope.count == channels, "slope \(slope.shape) for \(x.shape)")
        return Operator.parametricReLU.run(on: [x, slope], operations: 2 * x.count) {
            let result = Tensor(uninitialized: x.shape)
            let (from, to, slopes) = (x.pointer, result.mutablePointer, slope.pointer)
            Parallel.ranges(samples * channels, grain: max(1, 16384 / max(size, 1))) { planes in
                for plane in planes {
                    let slope = slopes[plane % channels]
                    for index in plane * size..<(plane + 1) * size { to[index] = max(from[index], 0) + slope * min(from[index], 0) }
                }
            }
            return result
        } backward: { gradient, _ in
            let dx = Tensor(uninitialized: x.shape), dSlope = Tensor(zeros: slope.shape)
            let (from, dy, to, slopes) = (x.pointer, gradient.pointer, dx.mutablePointer, slope.pointer)
            for plane in 0..<samples * channels {
                let slope = slopes[plane % channels]
                var sum: Float = 0
                for index in plane * size..<(plane + 1) * size {
                    to[index] = from[index] > 0 ? dy[index] : slope * dy[index]
                    sum += dy[index] * min(from[index], 0)
                }
                dSlope.mutablePointer[plane % channels] += sum
            }
            return [dx, dSlope]
        }
    }
}
