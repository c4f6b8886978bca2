import CKernels
import Tensors

/// 3×3 convolution, with a padding of 1, of planes whose rows and columns are repeated f times, computed on the planes themselves. There is
/// no gradient.
///
/// Along one axis, with weights w₀, w₁ and w₂ and their sum S, the f results of a value x[i] are S·x[i] − w₀·(x[i] − x[i−1]), then S·x[i]
/// where all three weights meet the one value, and last S·x[i] + w₂·(x[i+1] − x[i]). In two axes, nine products of each place with the
/// channels make all f² results.
public enum EnlargedConvolution {
    /// Rows of x that are computed at a time, so that what is read and made stays in the second-level cache.
    private static let rows = 4

    /// - Parameters:
    ///   - x: (N, C, H, W).
    ///   - weight: (O, C, 3, 3).
    ///   - factor: how often rows and columns are repeated, at least 2.
    ///   - epilogue: scale, bias and activation of the output channels.
    /// - Returns: (N, O, factor·H, factor·W).
    public static func forward(_ x: Tensor, weight: EnlargedWeights, factor: Int, epilogue: Epilogue = Epilogue()) -> Tensor {
        let (samples, channels, height, width) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3]), outputs = weight.outputs
        precondition(channels == weight.channels && factor >= 2, "weight \(weight.tensor.shape) for \(x.shape) times \(factor)")
        epilogue.check(samples: samples, channels: outputs)
        return Operator.enlargedConvolution.run(
            on: [x, weight.tensor, epilogue.scale, epilogue.bias], detail: "3×3 \(channels)→\(outputs), \(height)×\(width) times \(factor)",
            operations: 18 * samples * outputs * height * width * channels
        ) {
            if OperatorPath.current == .reference {
                let enlarged = NearestEnlargement.forward(x, rows: factor, columns: factor)
                return Convolution.forward(enlarged, weight: weight.tensor, padding: 1, epilogue: epilogue)
            }
            let result = Tensor(uninitialized: [samples, outputs, factor * height, factor * width])
            let bands = (height + rows - 1) / rows
            Parallel.forEach(samples * bands) { job in
                let (sample, band) = (job / bands, job % bands)
                let own = height * band / bands..<height * (band + 1) / bands
                let from = x.pointer + sample * channels * height * width
                let to = result.mutablePointer + sample * outputs * factor * factor * height * width
                compute(own, from, height, width, weight, factor, epilogue, sample: sample, into: to)
            }
            return result
        }
    }

    /// Computes the results of some rows of a sample.
    private static func compute(
        _ rows: Range<Int>, _ x: UnsafePointer<Float>, _ height: Int, _ width: Int, _ weight: EnlargedWeights, _ factor: Int,
        _ epilogue: Epilogue, sample: Int, into y: UnsafeMutablePointer<Float>
    ) {
        let (channels, outputs) = (weight.channels, weight.outputs), wide = width + 1, tall = rows.count + 1
        // The differences of each value to that above it, to that left of it, and of the latter from row to row.
        let down = Tensor(uninitialized: [channels, tall, width]), across = Tensor(uninitialized: [channels, rows.count, wide])
        let both = Tensor(uninitialized: [channels, tall, wide])
        for channel in 0..<channels {
            let plane = x + channel * height * width
            let d = down.mutablePointer + channel * tall * width, a = across.mutablePointer + channel * rows.count * wide
            let b = both.mutablePointer + channel * tall * wide
            for row in 0..<tall {
                let (i, line) = (rows.lowerBound + row, d + row * width)
                switch i {
                case 0: line.update(from: plane, count: width)
                case height: for column in 0..<width { line[column] = -plane[(height - 1) * width + column] }
                default:
                    let (own, above) = (plane + i * width, plane + (i - 1) * width)
                    for column in 0..<width { line[column] = own[column] - above[column] }
                }
                differences(line, width, into: b + row * wide)
                if row < rows.count { differences(plane + i * width, width, into: a + row * wide) }
            }
        }
        let area = rows.count * width
        func products(_ matrices: Tensor, _ values: UnsafePointer<Float>, _ columns: Int, _ step: Int) -> Tensor {
            let count = matrices.shape[0], result = Tensor(uninitialized: [count, columns])
            MatrixProduct.multiply(
                m: count, n: columns, k: channels, matrices.pointer, lda: channels, values, ldb: step, result.mutablePointer, ldc: columns)
            return result
        }
        let own = products(weight.plain, x + rows.lowerBound * width, area, height * width)
        let vertical = products(weight.down, down.pointer, tall * width, tall * width)
        let horizontal = products(weight.across, across.pointer, rows.count * wide, rows.count * wide)
        let corners = products(weight.both, both.pointer, tall * wide, tall * wide)
        Tensor.withScratch(3 * width) { scratch in
            for output in 0..<outputs {
                let (scale, bias) = epilogue.factors(sample: sample, channel: output, channels: outputs)
                let s = own.pointer + output * area
                let (v0, v2) = (vertical.pointer + output * tall * width, vertical.pointer + (outputs + output) * tall * width)
                let h0 = horizontal.pointer + output * rows.count * wide, h2 = h0 + outputs * rows.count * wide
                let c00 = corners.pointer + output * tall * wide, step = outputs * tall * wide
                let (c02, c20, c22) = (c00 + step, c00 + 2 * step, c00 + 3 * step)
                for row in 0..<rows.count {
                    let (place, edge) = (row * width, row * wide)
                    for part in 0..<3 {
                        let (left, middle, right) = (scratch, scratch + width, scratch + 2 * width)
                        switch part {
                        case 0:
                            for j in 0..<width {
                                let center = s[place + j] - v0[place + j]
                                middle[j] = center
                                left[j] = center - h0[edge + j] + c00[edge + j]
                                right[j] = center + h2[edge + j + 1] - c02[edge + j + 1]
                            }
                        case 1 where factor > 2:
                            for j in 0..<width {
                                let center = s[place + j]
                                middle[j] = center
                                left[j] = center - h0[edge + j]
                                right[j] = center + h2[edge + j + 1]
                            }
                        case 2:
                            for j in 0..<width {
                                let center = s[place + j] + v2[place + width + j]
                                middle[j] = center
                                left[j] = center - h0[edge + j] - c20[edge + wide + j]
                                right[j] = center + h2[edge + j + 1] + c22[edge + wide + j + 1]
                            }
                        default: continue
                        }
                        let first = output * factor * height + (rows.lowerBound + row) * factor
                        let target = y + (first + (part == 0 ? 0 : part == 1 ? 1 : factor - 1)) * factor * width
                        interleave(left, middle, right, width, factor, into: target)
                        kernel_scale_bias_activate(target, factor * width, scale, bias, epilogue.activation.kernel)
                        // The rows between the first and the last are equal.
                        if part == 1 {
                            for copy in 1..<max(1, factor - 2) {
                                (target + copy * factor * width).update(from: target, count: factor * width)
                            }
                        }
                    }
                }
            }
        }
        keepAlive(down, across, both, own, vertical, horizontal, corners)
    }

    /// (width) → (width + 1): each value less the one before it, with zeros outside.
    private static func differences(_ line: UnsafePointer<Float>, _ width: Int, into result: UnsafeMutablePointer<Float>) {
        result[0] = line[0]
        for column in 1..<max(width, 1) { result[column] = line[column] - line[column - 1] }
        result[width] = -line[width - 1]
    }

    /// One value of the first line, then `factor` − 2 times that of the second, then that of the third.
    private static func interleave(
        _ left: UnsafePointer<Float>, _ middle: UnsafePointer<Float>, _ right: UnsafePointer<Float>, _ width: Int, _ factor: Int,
        into result: UnsafeMutablePointer<Float>
    ) {
        if factor == 2 {
            for j in 0..<width { (result[2 &* j], result[2 &* j &+ 1]) = (left[j], right[j]) }
        } else if factor == 4 {
            for j in 0..<width {
                (result[4 &* j], result[4 &* j &+ 1]) = (left[j], middle[j])
                (result[4 &* j &+ 2], result[4 &* j &+ 3]) = (middle[j], right[j])
            }
        } else {
            for j in 0..<width {
                result[factor * j] = left[j]
                for copy in 1..<factor - 1 { result[factor * j + copy] = middle[j] }
                result[factor * j + factor - 1] = right[j]
            }
        }
    }
}
