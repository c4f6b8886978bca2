import CKernels
import Tensors

/// Convolution of many channels to very few outputs: each tap of the kernel is an output of one product of matrices, and the taps' planes
/// are added where the kernel has them. Taps that share registers between outputs would leave most of these empty.
enum ShiftedConvolution {
    static func pays(_ g: Convolution.Geometry) -> Bool {
        g.outputs <= 2 && g.kernel >= 5 && g.places.count == g.kernel * g.kernel && g.stride == 1 && g.channels >= 64
    }

    /// - Parameter y: (N, outputs, H′, W′), set.
    static func run(
        _ g: Convolution.Geometry, x: UnsafePointer<Float>, weight: ConvolutionWeights, into y: UnsafeMutablePointer<Float>,
        epilogue: Epilogue
    ) {
        let area = g.kernel * g.kernel, size = g.height * g.width, results = g.outputHeight * g.outputWidth
        let products = Tensor(uninitialized: [area, size]), planes = products.mutablePointer
        for sample in 0..<g.samples {
            let from = x + sample * g.channels * size
            for output in 0..<g.outputs {
                Parallel.ranges(size, grain: 256) { places in
                    MatrixProduct.multiply(
                        m: area, n: places.count, k: g.channels, alpha: weight.gain, weight.tensor.pointer + output * g.channels * area,
                        lda: area, transposeA: true, from + places.lowerBound, ldb: size, planes + places.lowerBound, ldc: size)
                }
                let (scale, bias) = epilogue.factors(sample: sample, channel: output, channels: g.outputs)
                let to = y + (sample * g.outputs + output) * results
                for row in 0..<g.outputHeight {
                    let line = to + row * g.outputWidth
                    line.update(repeating: 0, count: g.outputWidth)
                    for tap in 0..<area {
                        let (i, shift) = (row + tap / g.kernel - g.padding, tap % g.kernel - g.padding)
                        guard (0..<g.height).contains(i) else { continue }
                        let source = planes + tap * size + i * g.width + shift
                        let (first, end) = (max(0, -shift), min(g.outputWidth, g.width - shift))
                        guard first < end else { continue }
                        for column in first..<end { line[column] += source[column] }
                    }
                    kernel_scale_bias_activate(line, g.outputWidth, scale, bias, epilogue.activation.kernel)
                }
            }
        }
        keepAlive(products)
    }
}
