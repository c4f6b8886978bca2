import CKernels
import Tensors

/// 3×3 convolution with a padding of 1 by Winograd's F(4×4, 3×3) (Lavin and Gray 2015): a quarter of the products, in 36 matrix
/// products over the channels, between a transform of the input's tiles and one of the results'.
struct WinogradConvolution {
    let samples, channels, outputs, height, width: Int
    let weights: ConvolutionWeights
    /// Whether from the output's channels back to the input's.
    var isAdjoint = false
    let x: UnsafePointer<Float>
    let inputScale: UnsafePointer<Float>?

    /// Whether it is faster than the taps: enough tiles for the weights, which are four times as many, and enough channels for the
    /// transforms.
    static func pays(_ g: Convolution.Geometry) -> Bool {
        g.kernel == 3 && g.places.count == 9 && g.stride == 1 && g.padding == 1 && g.height % 4 == 0 && g.width % 4 == 0
            && g.height * g.width >= 1024 && g.channels >= 32 && g.outputs >= 32
    }

    private static let block = Int(TAP_BLOCK)
    /// Values of transformed input and products that are under way at a time, to stay in the last-level cache.
    private static let values = 2 << 20
    /// Values that the kernels may read past the end.
    private static let slack = 16

    /// - Parameter y: (N, outputs, H, W), set.
    func run(into y: UnsafeMutablePointer<Float>, epilogue: Epilogue) {
        let tall = height / 4, wide = width / 4, area = height * width
        let rows = max(1, min(tall, Self.values / (36 * (channels + outputs) * wide)))
        let packed = weights.winograd(isAdjoint: isAdjoint)
        let blocks = packed.shape[1]
        for sample in 0..<samples {
            for first in stride(from: 0, to: tall, by: rows) {
                let last = min(tall, first + rows), tiles = (last - first) * wide
                let input = Tensor(uninitialized: [36, channels, tiles + Self.slack])
                let products = Tensor(uninitialized: [36, outputs, tiles + Self.slack])
                let (v, m) = (input.mutablePointer, products.mutablePointer), step = tiles + Self.slack
                Parallel.ranges(channels, grain: 4) { range in
                    let scratch = Tensor(uninitialized: [14 * (width + 128)])
                    for channel in range {
                        let plane = sample * channels + channel
                        kernel_winograd_input(
                            v + channel * step, channels * step, x + plane * area, height, width, first, last,
                            inputScale?[plane] ?? 1, scratch.mutablePointer)
                    }
                    keepAlive(scratch)
                }
                // Many threads share products too, so that they end together.
                let parts = min(blocks, (Parallel.width + 3) / 4)
                Parallel.forEach(36 * parts) { job in
                    let k = job / parts, part = job % parts, block = blocks * part / parts
                    let first = block * Self.block, last = min(outputs, blocks * (part + 1) / parts * Self.block)
                    kernel_pointwise_product(
                        packed.pointer + (k * blocks + block) * channels * Self.block, channels, v + k * channels * step, step, tiles,
                        m + (k * outputs + first) * step, step, last - first, 0, nil, nil, 0)
                }
                Parallel.ranges(outputs, grain: 4) { range in
                    let scratch = Tensor(uninitialized: [8 * (width + 64)])
                    for output in range {
                        let (scale, bias) = epilogue.factors(sample: sample, channel: output, channels: outputs)
                        kernel_winograd_output(
                            y + (sample * outputs + output) * area, width, first, last, m + output * step, outputs * step,
                            scale, bias, epilogue.activation ? 1 : 0, scratch.mutablePointer)
                    }
                    keepAlive(scratch)
                }
                keepAlive(input, products)
            }
        }
        keepAlive(packed)
    }
}
