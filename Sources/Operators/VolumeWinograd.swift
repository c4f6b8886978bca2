import CKernels
import Tensors

/// 3×3×3 convolution by Winograd's F(4×4, 3×3) in the planes of the volume: the tiles of each plane are transformed once, and the products
/// of three neighboring planes are added before they are transformed to results.
struct VolumeWinograd {
    let geometry: VolumeConvolution.Geometry
    let weights: VolumeWeights
    /// One volume, (C, D, H, W).
    let x: UnsafePointer<Float>

    /// Whether it is faster than unfolding. With few tiles the weights, four times as many, would be most of the work.
    static func pays(_ g: VolumeConvolution.Geometry) -> Bool {
        g.kernel == 3 && g.height % 4 == 0 && g.width % 4 == 0 && g.height * g.width >= 64 && min(g.channels, g.outputs) >= 8
    }

    /// Values of transformed input and products at a time, which then stay in the last-level cache.
    private static let values = 4 << 20

    private var tall: Int { geometry.height / 4 }
    private var wide: Int { geometry.width / 4 }

    /// - Parameter y: one volume, (O, D, H, W), set.
    func run(into y: UnsafeMutablePointer<Float>, epilogue: Epilogue, sample: Int) {
        let g = geometry, packed = weights.winograd(), room = weights.room
        let most = max(1, Self.values / (36 * wide * (g.channels * (g.depth + 2) + g.outputs * g.depth)))
        let bands = (tall + most - 1) / most, plane = g.height * g.width
        for band in 0..<bands {
            let rows = tall * band / bands..<tall * (band + 1) / bands, tiles = rows.count * wide
            // A plane of zeros stands before and after the volume, so that all three planes of the kernel are an offset apart.
            let (line, columns) = ((g.depth + 2) * tiles, g.depth * tiles)
            let input = Tensor(uninitialized: [36, g.channels, line]), products = Tensor(uninitialized: [36, g.outputs, columns])
            let (v, m) = (input.mutablePointer, products.mutablePointer)
            Parallel.ranges(g.channels, grain: 1) { channels in
                for channel in channels {
                    for k in 0..<36 {
                        let own = v + (k * g.channels + channel) * line
                        own.update(repeating: 0, count: tiles)
                        (own + line - tiles).update(repeating: 0, count: tiles)
                    }
                    for depth in 0..<g.depth {
                        for row in rows {
                            kernel_winograd_input(
                                v + channel * line + (depth + 1) * tiles + (row - rows.lowerBound) * wide, g.channels * line,
                                x + (channel * g.depth + depth) * plane, g.height, g.width, row, 0, wide, 1, 0)
                        }
                    }
                }
            }
            Parallel.forEach(36) { k in
                for tap in 0..<3 {
                    MatrixProduct.multiply(
                        m: g.outputs, n: columns, k: g.channels, packed.pointer + (k * 3 + tap) * g.channels * room, lda: room,
                        transposeA: true, v + k * g.channels * line + tap * tiles, ldb: line, beta: tap > 0 ? 1 : 0,
                        m + k * g.outputs * columns, ldc: columns)
                }
            }
            Parallel.ranges(g.outputs, grain: 1) { outputs in
                for output in outputs {
                    let (scale, bias) = epilogue.factors(sample: sample, channel: output, channels: g.outputs)
                    for depth in 0..<g.depth {
                        for row in rows {
                            kernel_winograd_output(
                                y + (output * g.depth + depth) * plane, g.width, row, 0, wide,
                                m + output * columns + depth * tiles + (row - rows.lowerBound) * wide, g.outputs * columns, scale, bias,
                                epilogue.activation.kernel)
                        }
                    }
                }
            }
            keepAlive(input, products)
        }
        keepAlive(packed)
    }
}
