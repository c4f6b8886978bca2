import CKernels
import Tensors

/// Adds to pictures what they lack of their source: a residual of the source, moved along. Not in the paper.
public enum ResidualWarp {
    /// - Parameters:
    ///   - pictures: (N, C, H, W).
    ///   - residuals: (R, C, H, W).
    ///   - indices: for every picture the number of its residual, from 0 to R − 1; nil for none, which leaves it as it is.
    ///   - displacement: (N, 2, H, W), x before y, in units of half the picture: how far from its own place each pixel reads.
    ///   - masks: how much of the source each picture shows at each place, moved, (N, 1, H, W), and how much of it the picture shows that
    ///     the residual belongs to, own, (R, 1, H, W). The residual is multiplied by moved(place)/own(place + displacement) where that is
    ///     below 1. No gradient flows to them, and the displacement's takes that fraction as constant.
    /// - Returns: (N, C, H, W): picture + residual(place + displacement), sampled bilinearly, 0 outside.
    public static func forward(
        _ pictures: Tensor, residuals: Tensor, indices: [Int?], displacement: Tensor, masks: (moved: Tensor, own: Tensor)? = nil
    ) -> Tensor {
        let (samples, channels, height, width) = (pictures.shape[0], pictures.shape[1], pictures.shape[2], pictures.shape[3])
        precondition(residuals.shape.dropFirst() == pictures.shape.dropFirst(), "\(residuals.shape) for \(pictures.shape)")
        precondition(displacement.shape == [samples, 2, height, width], "\(displacement.shape) for \(pictures.shape)")
        precondition(
            indices.count == samples && indices.allSatisfy { $0.map { (0..<residuals.shape[0]).contains($0) } ?? true },
            "\(indices) for \(samples) pictures and \(residuals.shape[0]) residuals")
        if let masks {
            precondition(masks.moved.shape == [samples, 1, height, width], "\(masks.moved.shape) for \(pictures.shape)")
            precondition(masks.own.shape == [residuals.shape[0], 1, height, width], "\(masks.own.shape) for \(residuals.shape)")
        }
        let size = height * width
        return Operator.residualWarp.run(
            on: [pictures, residuals, displacement], constants: [masks?.moved, masks?.own], operations: 8 * pictures.count,
            outputs: { [$0.pictures] }
        ) {
            compute(pictures, residuals, indices, displacement, masks)
        } backward: { arriving, result in
            let gradient = arriving[0]!
            let dResiduals = Tensor(zeros: residuals.shape), dDisplacement = Tensor(zeros: displacement.shape)
            let ones = Tensor(repeating: 1, [size])
            for (sample, index) in indices.enumerated() {
                guard let index else { continue }
                let slopes = GridSampling.Slopes(
                    height: height, width: width,
                    .init(displacement: displacement.pointer + sample * 2 * size, height: height, width: width))
                let sums = slopes.gradient(
                    sampled: gradient.pointer + sample * channels * size, mask: (result.fractions[sample] ?? ones).pointer,
                    source: residuals.pointer + index * channels * size,
                    into: dResiduals.mutablePointer + index * channels * size, channels: channels)
                (dDisplacement.mutablePointer + sample * 2 * size).update(from: sums.pointer, count: 2 * size)
                keepAlive(sums)
            }
            keepAlive(ones)
            return [gradient, dResiduals, dDisplacement]
        }.pictures
    }

    /// Pixels whose table and samples stay in the first-level cache.
    private static let piece = 512

    /// The sum, and for every sample the fraction of its residual that was added at each place; nil where that is all of it.
    private static func compute(
        _ pictures: Tensor, _ residuals: Tensor, _ indices: [Int?], _ displacement: Tensor, _ masks: (moved: Tensor, own: Tensor)?
    ) -> (pictures: Tensor, fractions: [Tensor?]) {
        let (samples, channels, height, width) = (pictures.shape[0], pictures.shape[1], pictures.shape[2], pictures.shape[3])
        let size = height * width
        var fractions = [Tensor?](repeating: nil, count: samples)
        let result = Tensor(uninitialized: pictures.shape)
        for (sample, index) in indices.enumerated() {
            let from = pictures.pointer + sample * channels * size, to = result.mutablePointer + sample * channels * size
            guard let index else {
                to.update(from: from, count: channels * size)
                continue
            }
            let displacement = displacement.pointer + sample * 2 * size
            let residual = residuals.pointer + index * channels * size
            let fraction = masks.map { _ in Tensor(uninitialized: [size]) }, factors = fraction?.mutablePointer
            let (moved, own) = (masks.map { $0.moved.pointer + sample * size }, masks.map { $0.own.pointer + index * size })
            fractions[sample] = fraction
            if OperatorPath.current == .reference {
                for p in 0..<size {
                    let x = (Float(p % width) * 2 + 1) / Float(width) - 1 + displacement[p]
                    let y = (Float(p / width) * 2 + 1) / Float(height) - 1 + displacement[size + p]
                    if let factors, let moved, let own {
                        let shown = GridSampling.reference(own, height, width, x, y)
                        factors[p] = moved[p] < shown ? moved[p] / shown : 1
                    }
                    for channel in 0..<channels {
                        let value = GridSampling.reference(residual + channel * size, height, width, x, y)
                        to[channel * size + p] = from[channel * size + p] + value * (factors?[p] ?? 1)
                    }
                }
                continue
            }
            GridSampling.Positions(displacement: displacement, height: height, width: width).forEachPiece(of: piece) { range, x, y in
                let (first, count) = (range.lowerBound, range.count)
                let sampling = GridSampling.Table(height: height, width: width, x, y, count: count)
                Tensor.withScratch(count) { values in
                    if let factors, let moved, let own {
                        sampling.read(own, into: values)
                        let (factors, moved) = (factors + first, moved + first)
                        for p in 0..<count { factors[p] = moved[p] < values[p] ? moved[p] / values[p] : 1 }
                    }
                    for channel in 0..<channels {
                        sampling.read(residual + channel * size, into: values)
                        let (from, to) = (from + channel * size + first, to + channel * size + first)
                        if let factors {
                            let factors = factors + first
                            for p in 0..<count { to[p] = from[p] + values[p] * factors[p] }
                        } else {
                            for p in 0..<count { to[p] = from[p] + values[p] }
                        }
                    }
                }
            }
        }
        return (result, fractions)
    }
}
