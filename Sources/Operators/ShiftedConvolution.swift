import CKernels
import Tensors

/// Convolution of many channels to very few outputs: each tap of the kernel is an output of one product of matrices, and the taps' planes
/// are added where the kernel has them. Taps that share registers between outputs would leave most of these empty.
enum ShiftedConvolution {
    static func pays(_ g: Convolution.Geometry) -> Bool {
        g.outputs <= 4 && g.kernel >= 5 && g.places.count == g.kernel * g.kernel && g.stride == 1 && g.channels >= 32
    }

    /// Values of all taps' planes at a time, for each thread: they stay in its share of the last cache.
    private static let values = 1 << 20

    /// - Parameter y: (N, outputs, H′, W′), set.
    static func run(
        _ g: Convolution.Geometry, x: UnsafePointer<Float>, weight: ConvolutionWeights, into y: UnsafeMutablePointer<Float>,
        epilogue: Epilogue
    ) {
        let taps = g.outputs * g.kernel * g.kernel, results = g.outputHeight * g.outputWidth
        let weights = rows(weight, area: g.kernel * g.kernel), matrix = weights.pointer
        // A band reads kernel − 1 rows more than it makes, so that bands should be high, and as many as there are threads.
        let most = max(1, values / (taps * g.width) - g.kernel + 1)
        let bands = max(Parallel.width, (g.outputHeight + most - 1) / most), height = (g.outputHeight + bands - 1) / bands
        Parallel.forEach(g.samples * bands) { part in
            let (sample, band) = (part / bands, part % bands)
            let made = min(band * height, g.outputHeight)..<min((band + 1) * height, g.outputHeight)
            guard !made.isEmpty else { return }
            let read = max(0, made.lowerBound - g.padding)..<min(g.height, made.upperBound + g.kernel - 1 - g.padding)
            let size = read.count * g.width
            let products = Tensor(uninitialized: [taps, max(size, 1)]), planes = products.mutablePointer
            MatrixProduct.multiply(
                m: taps, n: size, k: g.channels, alpha: weight.gain, matrix, lda: g.channels,
                x + sample * g.channels * g.height * g.width + read.lowerBound * g.width, ldb: g.height * g.width, planes, ldc: size)
            for output in 0..<g.outputs {
                let (scale, bias) = epilogue.factors(sample: sample, channel: output, channels: g.outputs)
                let to = y + (sample * g.outputs + output) * results
                for row in made {
                    let line = to + row * g.outputWidth
                    line.update(repeating: 0, count: g.outputWidth)
                    for tap in 0..<g.kernel * g.kernel {
                        let (i, shift) = (row + tap / g.kernel - g.padding, tap % g.kernel - g.padding)
                        guard read.contains(i) else { continue }
                        let source =
                            planes + (output * g.kernel * g.kernel + tap) * size + (i - read.lowerBound) * g.width + shift
                        let (first, end) = (max(0, -shift), min(g.outputWidth, g.width - shift))
                        guard first < end else { continue }
                        for column in first..<end { line[column] += source[column] }
                    }
                    kernel_scale_bias_activate(line, g.outputWidth, scale, bias, epilogue.activation.kernel)
                }
            }
            keepAlive(products)
        }
        keepAlive(weights)
    }

    /// The weights as (outputs·taps, C): a row for each output and tap.
    private static func rows(_ weight: ConvolutionWeights, area: Int) -> Tensor {
        let result = Tensor(uninitialized: [weight.outputs * area, weight.channels])
        let (from, to) = (weight.tensor.pointer, result.mutablePointer)
        for output in 0..<weight.outputs {
            for channel in 0..<weight.channels {
                for tap in 0..<area {
                    to[(output * area + tap) * weight.channels + channel] = from[(output * weight.channels + channel) * area + tap]
                }
            }
        }
        return result
    }
}
