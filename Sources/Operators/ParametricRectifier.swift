import Tensors

/// x where it is positive, else x times a learned slope of its channel (PReLU), for networks that only measure: there is no
/// gradient.
public enum ParametricRectifier {
    /// - Parameters:
    ///   - x: (N, C, H, W).
    ///   - slope: C values.
    public static func forward(_ x: Tensor, slope: Tensor) -> Tensor {
        let (channels, size) = (x.shape[1], x.shape[2] * x.shape[3])
        precondition(!Tape.tracks(x), "the parametric rectifier has no gradient")
        precondition(slope.count == channels, "slope \(slope.shape) for \(x.shape)")
        defer { keepAlive(x, slope) }
        let result = Tensor(uninitialized: x.shape)
        let (from, to, slopes) = (x.pointer, result.mutablePointer, slope.pointer)
        Parallel.ranges(x.shape[0] * channels, grain: max(1, 16384 / max(size, 1))) { planes in
            for plane in planes {
                let slope = slopes[plane % channels]
                for index in plane * size..<(plane + 1) * size { to[index] = max(from[index], 0) + slope * min(from[index], 0) }
            }
        }
        return result
    }
}
