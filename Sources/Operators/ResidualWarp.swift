import CKernels
import Tensors

/// Adds to pictures what they lack of their source: a residual of the source, carried along by the motion. Not in the paper.
public enum ResidualWarp {
    /// - Parameters:
    ///   - pictures: (N, C, H, W).
    ///   - residuals: (R, C, H, W).
    ///   - indices: for every picture the number of its residual, from 0 to R − 1; nil for none, which leaves it as it is.
    ///   - displacement: (N, 2, H, W), x before y, in units of half the picture: how far from its own place each pixel reads.
    ///   - masks: how much of the source each picture shows at each place, (N, 1, H, W), and how much of it the picture shows that the
    ///     residual is of, (R, 1, H, W): a residual counts as much less as less is shown, m(place)/m_own(place + displacement) where that
    ///     is below 1. No gradient flows to them.
    /// - Returns: (N, C, H, W): picture + residual(place + displacement), read bilinearly, 0 outside.
    public static func forward(
        _ pictures: Tensor, residuals: Tensor, indices: [Int?], displacement: Tensor, masks: (moved: Tensor, own: Tensor)? = nil
    ) -> Tensor {
        let (samples, channels, height, width) = (
            pictures.shape[0], pictures.shape[1], pictures.shape[2], pictures.shape[3])
        precondition(residuals.shape.dropFirst() == pictures.shape.dropFirst(), "\(residuals.shape) for \(pictures.shape)")
        precondition(displacement.shape == [samples, 2, height, width], "\(displacement.shape) for \(pictures.shape)")
        precondition(indices.count == samples && indices.allSatisfy { $0.map { (0..<residuals.shape[0]).contains($0) } ?? true })
        if let masks {
            precondition(masks.moved.shape == [samples, 1, height, width], "\(masks.moved.shape) for \(pictures.shape)")
            precondition(masks.own.shape == [residuals.shape[0], 1, height, width], "\(masks.own.shape) for \(residuals.shape)")
        }
        defer { keepAlive(pictures, residuals, displacement, masks?.moved, masks?.own) }
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
        /// Of every sample how much its residual counts; none where that is whole.
        var shares = [Tensor?](repeating: nil, count: samples)
        let result = Tensor(uninitialized: pictures.shape)
        result.mutablePointer.update(from: pictures.pointer, count: pictures.count)
        for (sample, index) in indices.enumerated() {
            guard let index else { continue }
            let position = position(sample)
            let table = OperatorPath.current == .reference
                ? nil : GridSampling.Table(height: height, width: width, count: size, position)
            func read(_ plane: UnsafePointer<Float>, into values: UnsafeMutablePointer<Float>) {
                if let table {
                    kernel_sample_plane(values, plane, table.index, table.weights.pointer, size, size, width)
                    return
                }
                for p in 0..<size {
                    let (x, y) = position(p)
                    values[p] = GridSampling.reference(plane, height, width, x, y)
                }
            }
            if let masks {
                let share = Tensor(uninitialized: [size]), values = share.mutablePointer
                read(masks.own.pointer + index * size, into: values)
                let moved = masks.moved.pointer + sample * size
                for p in 0..<size { values[p] = moved[p] < values[p] ? moved[p] / values[p] : 1 }
                shares[sample] = share
            }
            let factors = shares[sample]?.pointer
            let from = residuals.pointer + index * channels * size, to = result.mutablePointer + sample * channels * size
            let sampled = Tensor(uninitialized: [channels, size])
            Parallel.ranges(channels, grain: max(1, 16384 / size)) { range in
                for channel in range {
                    let plane = sampled.mutablePointer + channel * size
                    read(from + channel * size, into: plane)
                    if let factors {
                        for p in 0..<size { to[channel * size + p] += plane[p] * factors[p] }
                    } else {
                        for p in 0..<size { to[channel * size + p] += plane[p] }
                    }
                }
            }
            withExtendedLifetime(table) {}
        }
        withExtendedLifetime(shares) {}
        Tape.record(result, from: [pictures, residuals, displacement]) { [shares] gradient in
            let dResiduals = Tensor(zeros: residuals.shape), dDisplacement = Tensor(zeros: displacement.shape)
            let ones = Tensor(repeating: 1, [size])
            for (sample, index) in indices.enumerated() {
                guard let index else { continue }
                let slopes = GridSampling.Slopes(height: height, width: width, count: size, position(sample))
                let sums = slopes.gradient(
                    sampled: gradient.pointer + sample * channels * size, mask: (shares[sample] ?? ones).pointer,
                    source: residuals.pointer + index * channels * size,
                    into: dResiduals.mutablePointer + index * channels * size, channels: channels)
                (dDisplacement.mutablePointer + sample * 2 * size).update(from: sums.pointer, count: 2 * size)
                keepAlive(sums)
            }
            keepAlive(gradient, residuals, displacement, ones)
            withExtendedLifetime(shares) {}
            return [gradient, dResiduals, dDisplacement]
        }
        return result
    }
}
