import CKernels
import Tensors

/// Three-dimensional convolution (cross-correlation) of cubic kernels with as many zeros around the volume as keep its size. There is no
/// gradient.
public enum VolumeConvolution {
    /// - Parameters:
    ///   - x: (N, C, D, H, W).
    ///   - weight: (O, C, k, k, k), k odd.
    ///   - epilogue: scale, bias and activation of the output channels.
    /// - Returns: (N, O, D, H, W).
    public static func forward(_ x: Tensor, weight: VolumeWeights, epilogue: Epilogue = Epilogue()) -> Tensor {
        let geometry = Geometry(x: x.shape, weight: weight)
        epilogue.check(samples: geometry.samples, channels: geometry.outputs)
        return Operator.volumeConvolution.run(
            on: [x, weight.tensor, epilogue.scale, epilogue.bias], detail: geometry.description, operations: geometry.operations
        ) {
            let result = Tensor(uninitialized: [geometry.samples, geometry.outputs] + x.shape[2...])
            for sample in 0..<geometry.samples {
                let from = x.pointer + sample * x.count / geometry.samples
                let to = result.mutablePointer + sample * result.count / geometry.samples
                switch OperatorPath.current {
                case .reference: reference(geometry, from, weight, epilogue, sample: sample, into: to)
                case .fast where VolumeWinograd.pays(geometry):
                    VolumeWinograd(geometry: geometry, weights: weight, x: from).run(into: to, epilogue: epilogue, sample: sample)
                case .fast where FourierConvolution.pays(geometry.fourier):
                    FourierConvolution(geometry: geometry.fourier, weights: weight.fourier(), x: from)
                        .run(into: to, epilogue: epilogue, sample: sample)
                case .fast where geometry.kernel == 1: pointwise(geometry, from, weight, epilogue, sample: sample, into: to)
                case .fast: unfolded(geometry, from, weight, epilogue, sample: sample, into: to)
                }
            }
            return result
        }
    }

    /// Convolution with weights that are used once.
    public static func forward(_ x: Tensor, weight: Tensor, epilogue: Epilogue = Epilogue()) -> Tensor {
        forward(x, weight: VolumeWeights(weight), epilogue: epilogue)
    }

    struct Geometry {
        let samples, channels, depth, height, width, outputs, kernel: Int

        init(x: [Int], weight: VolumeWeights) {
            precondition(x.count == 5 && x[1] == weight.channels, "weight \(weight.tensor.shape) does not fit input \(x)")
            (samples, channels, depth, height, width) = (x[0], x[1], x[2], x[3], x[4])
            (outputs, kernel) = (weight.outputs, weight.kernel)
        }

        /// Places of the volume.
        var size: Int { depth * height * width }

        var fourier: FourierConvolution.Geometry {
            .init(
                channels: channels, depth: depth, height: height, width: width, outputs: outputs, kernel: kernel, planes: kernel)
        }

        var description: String { "\(kernel)×\(kernel)×\(kernel) \(channels)→\(outputs), \(depth)×\(height)×\(width)" }

        var operations: Int { 2 * samples * outputs * size * channels * kernel * kernel * kernel }
    }

    /// A kernel of one value: one product of matrices.
    private static func pointwise(
        _ g: Geometry, _ x: UnsafePointer<Float>, _ weight: VolumeWeights, _ epilogue: Epilogue, sample: Int,
        into y: UnsafeMutablePointer<Float>
    ) {
        Parallel.ranges(g.size, grain: 1024) { places in
            MatrixProduct.multiply(
                m: g.outputs, n: places.count, k: g.channels, weight.tensor.pointer, lda: g.channels, x + places.lowerBound, ldb: g.size,
                y + places.lowerBound, ldc: g.size)
            guard !epilogue.isIdentity else { return }
            for output in 0..<g.outputs {
                let (scale, bias) = epilogue.factors(sample: sample, channel: output, channels: g.outputs)
                kernel_scale_bias_activate(
                    y + output * g.size + places.lowerBound, places.count, scale, bias, epilogue.activation.kernel)
            }
        }
    }

    /// The most values of unfolded input at a time.
    private static let unfoldedValues = 4 << 20

    /// What the taps read laid side by side, some rows of the volume at a time, and multiplied as matrices: for small volumes.
    private static func unfolded(
        _ g: Geometry, _ x: UnsafePointer<Float>, _ weight: VolumeWeights, _ epilogue: Epilogue, sample: Int,
        into y: UnsafeMutablePointer<Float>
    ) {
        let taps = g.kernel * g.kernel * g.kernel, products = g.channels * taps, half = g.kernel / 2
        let lines = g.depth * g.height, most = max(1, unfoldedValues / (products * g.width))
        for first in stride(from: 0, to: lines, by: most) {
            let count = min(most, lines - first), columns = count * g.width
            let unfolded = Tensor(uninitialized: [products, columns]), values = unfolded.mutablePointer
            Parallel.ranges(products, grain: max(1, 8192 / columns)) { range in
                for product in range {
                    let (channel, tap) = (product / taps, product % taps)
                    let (a, b, c) = (tap / (g.kernel * g.kernel) - half, tap / g.kernel % g.kernel - half, tap % g.kernel - half)
                    let from = min(g.width, max(0, -c)), end = max(from, min(g.width, g.width - c))
                    for line in 0..<count {
                        let to = values + product * columns + line * g.width
                        let (plane, row) = ((first + line) / g.height + a, (first + line) % g.height + b)
                        guard (0..<g.depth).contains(plane), (0..<g.height).contains(row) else {
                            to.update(repeating: 0, count: g.width)
                            continue
                        }
                        let source = x + ((channel * g.depth + plane) * g.height + row) * g.width + c
                        to.update(repeating: 0, count: from)
                        (to + from).update(from: source + from, count: end - from)
                        (to + end).update(repeating: 0, count: g.width - end)
                    }
                }
            }
            let parts = min(Parallel.width, g.outputs)
            Parallel.forEach(parts) { part in
                let own = g.outputs * part / parts..<g.outputs * (part + 1) / parts, place = first * g.width
                MatrixProduct.multiply(
                    m: own.count, n: columns, k: products, weight.tensor.pointer + own.lowerBound * products, lda: products, values,
                    ldb: columns, y + own.lowerBound * g.size + place, ldc: g.size)
                guard !epilogue.isIdentity else { return }
                for output in own {
                    let (scale, bias) = epilogue.factors(sample: sample, channel: output, channels: g.outputs)
                    kernel_scale_bias_activate(y + output * g.size + place, columns, scale, bias, epilogue.activation.kernel)
                }
            }
            keepAlive(unfolded)
        }
    }

    /// The definition.
    private static func reference(
        _ g: Geometry, _ x: UnsafePointer<Float>, _ weight: VolumeWeights, _ epilogue: Epilogue, sample: Int,
        into y: UnsafeMutablePointer<Float>
    ) {
        let (w, half) = (weight.tensor.pointer, g.kernel / 2)
        for index in 0..<g.outputs * g.size {
            let output = index / g.size
            let (plane, row, column) = (index % g.size / (g.height * g.width), index / g.width % g.height, index % g.width)
            var sum: Float = 0
            for channel in 0..<g.channels {
                for a in 0..<g.kernel where (0..<g.depth).contains(plane + a - half) {
                    for b in 0..<g.kernel where (0..<g.height).contains(row + b - half) {
                        for c in 0..<g.kernel where (0..<g.width).contains(column + c - half) {
                            let place = (plane + a - half) * g.height + row + b - half
                            sum +=
                                w[(((output * g.channels + channel) * g.kernel + a) * g.kernel + b) * g.kernel + c]
                                * x[(channel * g.depth * g.height + place) * g.width + column + c - half]
                        }
                    }
                }
            }
            y[index] = epilogue.apply(sum, sample: sample, channel: output, channels: g.outputs)
        }
    }
}
