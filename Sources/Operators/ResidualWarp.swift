import CKernels
import Tensors

/// Adds to pictures what they lack of their source: a residual of the source, carried along by the motion. Not in the paper.
public enum ResidualWarp {
    /// - Parameters:
    ///   - pictures: (N, C, H, W).
    ///   - residuals: (R, C, H, W).
    ///   - indices: for every picture the number of its residual, from 0 to R − 1; nil for none, which leaves it as it is.
    ///   - displacement: (N, 2, H, W), x before y, in units of half the picture: how far from its own place each pixel reads.
    /// - Returns: (N, C, H, W): picture + residual(place + displacement), read bilinearly, 0 outside.
    public static func forward(_ pictures: Tensor, residuals: Tensor, indices: [Int?], displacement: Tensor) -> Tensor {
        let (samples, channels, height, width) = (
            pictures.shape[0], pictures.shape[1], pictures.shape[2], pictures.shape[3])
        precondition(residuals.shape.dropFirst() == pictures.shape.dropFirst(), "\(residuals.shape) for \(pictures.shape)")
        precondition(displacement.shape == [samples, 2, height, width], "\(displacement.shape) for \(pictures.shape)")
        precondition(indices.count == samples && indices.allSatisfy { $0.map { (0..<residuals.shape[0]).contains($0) } ?? true })
        defer { keepAlive(pictures, residuals, displacement) }
        let mark = OperatorProfile.begin()
        defer {
            mark?.end(
                "residual warp \(channels), \(height)×\(width)", operations: 8 * pictures.count,
                values: 3 * pictures.count + displacement.count)
        }
        let size = height * width
        func position(_ sample: Int) -> (Int) -> (x: Float, y: Float) {
            let offset = displacement.pointer + sample * 2 * size
            return { p in
                (
                    (Float(p % width) * 2 + 1) / Float(width) - 1 + offset[p],
                    (Float(p / width) * 2 + 1) / Float(height) - 1 + offset[size + p]
                )
            }
        }
        let result = Tensor(uninitialized: pictures.shape)
        result.mutablePointer.update(from: pictures.pointer, count: pictures.count)
        for (sample, index) in indices.enumerated() {
            guard let index else { continue }
            let from = residuals.pointer + index * channels * size, to = result.mutablePointer + sample * channels * size
            if OperatorPath.current == .reference {
                let position = position(sample)
                for channel in 0..<channels {
                    for p in 0..<size {
                        let (x, y) = position(p)
                        to[channel * size + p] += GridSampling.reference(from + channel * size, height, width, x, y)
                    }
                }
                continue
            }
            let table = GridSampling.Table(height: height, width: width, count: size, position(sample))
            let sampled = Tensor(uninitialized: [channels, size])
            Parallel.ranges(channels, grain: max(1, 16384 / size)) { range in
                for channel in range {
                    let plane = sampled.mutablePointer + channel * size
                    kernel_sample_plane(plane, from + channel * size, table.index, table.weights.pointer, size, size, width)
                    for p in 0..<size { to[channel * size + p] += plane[p] }
                }
            }
            withExtendedLifetime(table) {}
        }
        Tape.record(result, from: [pictures, residuals, displacement]) { gradient in
            let dResiduals = Tensor(zeros: residuals.shape), dDisplacement = Tensor(zeros: displacement.shape)
            let ones = Tensor(repeating: 1, [size])
            for (sample, index) in indices.enumerated() {
                guard let index else { continue }
                let slopes = GridSampling.Slopes(height: height, width: width, count: size, position(sample))
                let sums = slopes.gradient(
                    sampled: gradient.pointer + sample * channels * size, mask: ones.pointer,
                    source: residuals.pointer + index * channels * size,
                    into: dResiduals.mutablePointer + index * channels * size, channels: channels)
                (dDisplacement.mutablePointer + sample * 2 * size).update(from: sums.pointer, count: 2 * size)
                keepAlive(sums)
            }
            keepAlive(gradient, residuals, displacement, ones)
            return [gradient, dResiduals, dDisplacement]
        }
        return result
    }
}
