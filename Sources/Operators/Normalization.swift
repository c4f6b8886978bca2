import CKernels
import Tensors

/// Normalization by the values' own statistics: activation((x − mean)/√(variance + ε)·weight + bias), with the biased variance. Gradients
/// flow through mean and variance.
public enum Normalization {
    /// Which values share their statistics.
    public enum Extent: Sendable {
        /// A channel's, of all samples: batch normalization in training (Ioffe and Szegedy 2015, algorithm 1).
        case batch
        /// A channel's of one sample: instance normalization (Ulyanov, Vedaldi and Lempitsky 2016, equation 3).
        case sample
    }

    public struct Result {
        /// (N, C, …).
        public let values: Tensor
        /// C values over a batch, N·C over samples. No gradient flows through them.
        public let mean: Tensor
        /// The biased variances, as many.
        public let variance: Tensor
    }

    /// - Parameters:
    ///   - x: (N, C, …).
    ///   - weight, bias: C values.
    /// - Precondition: more than one value shares its statistics.
    public static func forward(
        _ x: Tensor, over extent: Extent, weight: Tensor, bias: Tensor, epsilon: Float = 1e-5, activation: Activation = .identity
    ) -> Result {
        let layout = Layout(x, extent)
        precondition(weight.count == layout.channels && bias.count == layout.channels, "weight \(weight.shape) for \(x.shape)")
        precondition(layout.count > 1, "one value has no variance: \(x.shape)")
        return Operator.normalization.run(
            on: [x, weight, bias], operations: 8 * x.count, outputs: { [$0.values] },
            forward: {
                let result = Result(
                    values: Tensor(uninitialized: x.shape), mean: Tensor(uninitialized: [layout.groups]),
                    variance: Tensor(uninitialized: [layout.groups]))
                Parallel.forEach(layout.groups) { group in
                    let (mean, variance) = moments(layout, group, x.pointer)
                    (result.mean.mutablePointer[group], result.variance.mutablePointer[group]) = (mean, variance)
                    let channel = group % layout.channels
                    let scale = weight.pointer[channel] / (variance + epsilon).squareRoot()
                    let shift = bias.pointer[channel] - scale * mean
                    for plane in layout.planes(group) {
                        let (from, to) = (x.pointer + plane * layout.size, result.values.mutablePointer + plane * layout.size)
                        if OperatorPath.current == .reference {
                            let (mean, scale) = (Double(mean), Double(weight.pointer[channel]) / Double(variance + epsilon).squareRoot())
                            for p in 0..<layout.size {
                                to[p] = activation.apply(Float((Double(from[p]) - mean) * scale) + bias.pointer[channel])
                            }
                        } else {
                            to.update(from: from, count: layout.size)
                            kernel_scale_bias_activate(to, layout.size, scale, shift, activation.kernel)
                        }
                    }
                }
                return result
            },
            backward: { gradients, result in
                let before = activation == .identity ? gradients[0]! : activation.back(gradients[0]!, output: result.values)
                return gradient(before, x, layout, weight: weight, result, epsilon)
            })
    }

    /// The mean and the biased variance of a group of planes.
    private static func moments(_ layout: Layout, _ group: Int, _ x: UnsafePointer<Float>) -> (mean: Float, variance: Float) {
        let planes = layout.planes(group), size = layout.size, count = Double(layout.count)
        if OperatorPath.current == .reference {
            var (sum, squares) = (0.0, 0.0)
            for plane in planes { for p in 0..<size { sum += Double(x[plane * size + p]) } }
            for plane in planes {
                for p in 0..<size {
                    let difference = Double(x[plane * size + p]) - sum / count
                    squares += difference * difference
                }
            }
            return (Float(sum / count), Float(squares / count))
        }
        var (sum, squares, within) = (0.0, 0.0, 0.0)
        for plane in planes {
            var (mean, variance): (Float, Float) = (0, 0)
            kernel_moments(x + plane * size, size, &mean, &variance)
            sum += Double(mean)
            squares += Double(mean) * Double(mean)
            within += Double(variance)
        }
        let number = count / Double(size), mean = sum / number
        return (Float(mean), Float(within / number + max(0, squares / number - mean * mean)))
    }

    /// With x̂ = (x − mean)/√(variance + ε): dx = weight/√(variance + ε)·(dy − mean(dy) − x̂·mean(dy·x̂)).
    private static func gradient(
        _ dy: Tensor, _ x: Tensor, _ layout: Layout, weight: Tensor, _ result: Result, _ epsilon: Float
    ) -> [Tensor?] {
        let dx = Tensor(uninitialized: x.shape), sums = Tensor(uninitialized: [2, layout.groups]), size = layout.size
        let (from, arriving, to) = (x.pointer, dy.pointer, dx.mutablePointer)
        Parallel.forEach(layout.groups) { group in
            let mean = result.mean.pointer[group], inverse = 1 / (result.variance.pointer[group] + epsilon).squareRoot()
            var (sum, product) = (0.0, 0.0)
            Tensor.withScratch(size) { normalized in
                for plane in layout.planes(group) {
                    let values = from + plane * size, own = arriving + plane * size
                    for p in 0..<size { normalized[p] = (values[p] - mean) * inverse }
                    product += Double(kernel_dot(normalized, own, size))
                    for p in 0..<size { normalized[p] = 1 }
                    sum += Double(kernel_dot(normalized, own, size))
                }
            }
            sums.mutablePointer[group] = Float(product)
            sums.mutablePointer[layout.groups + group] = Float(sum)
            let factor = weight.pointer[group % layout.channels] * inverse, count = Double(layout.count)
            let less = Float(sum / count), slope = Float(product / count) * inverse
            for plane in layout.planes(group) {
                let values = from + plane * size, own = arriving + plane * size, target = to + plane * size
                for p in 0..<size { target[p] = factor * (own[p] - less - (values[p] - mean) * slope) }
            }
        }
        let dWeight = Tensor(zeros: weight.shape), dBias = Tensor(zeros: weight.shape)
        for group in 0..<layout.groups {
            dWeight.mutablePointer[group % layout.channels] += sums.pointer[group]
            dBias.mutablePointer[group % layout.channels] += sums.pointer[layout.groups + group]
        }
        keepAlive(dy, sums)
        return [dx, dWeight, dBias]
    }

    /// Planes of (N, C, …) in groups that share their statistics. The channel of a group is its number modulo the channels.
    private struct Layout {
        let samples, channels, size, groups: Int

        init(_ x: Tensor, _ extent: Extent) {
            (samples, channels, size) = x.planar
            groups = extent == .batch ? channels : samples * channels
        }

        /// Values in a group.
        var count: Int { samples * channels / groups * size }

        func planes(_ group: Int) -> StrideTo<Int> { stride(from: group, to: samples * channels, by: groups) }
    }
}
