import CKernels
import Tensors

/// Spatially adaptive normalization whose γ and β are the outputs of a 3×3 convolution, first all γ and then all β: each panel of tiles is
/// modulated as soon as its products are there, so that γ and β, twice as large as the result, never lie in memory.
struct ModulatingConvolution {
    let convolution: WinogradConvolution
    /// 2·C values, added to γ and β.
    let bias: UnsafePointer<Float>
    let planes: NormalizedPlanes
    let activation: kernel_activation

    /// Planes that are normalized, and whose rows and columns are repeated, as they are read.
    struct NormalizedPlanes {
        /// (N, C, low, narrow).
        let values: UnsafePointer<Float>
        let low, narrow, factor: Int
        /// For every plane its mean, and the inverse of its deviation.
        let moments: [(mean: Float, scale: Float)]

        init(_ values: UnsafePointer<Float>, count: Int, low: Int, narrow: Int, factor: Int, epsilon: Float) {
            (self.values, self.low, self.narrow, self.factor) = (values, low, narrow, factor)
            moments = Parallel.map(count) { plane in
                var (mean, variance): (Float, Float) = (0, 0)
                kernel_moments(values + plane * low * narrow, low * narrow, &mean, &variance)
                return (mean, 1 / (variance + epsilon).squareRoot())
            }
        }

        /// Reads `count` values of a row of the enlarged plane, from a column that is a multiple of 4 on; the factor is 1, 2 or 4.
        func read(_ plane: Int, row: Int, column: Int, count: Int, into line: UnsafeMutablePointer<Float>) {
            let source = values + (plane * low + row / factor) * narrow + column / factor, (mean, scale) = moments[plane]
            switch factor {
            case 1: for j in 0..<count { line[j] = (source[j] - mean) * scale }
            case 2:
                for j in 0..<count / 2 {
                    let value = (source[j] - mean) * scale
                    (line[2 &* j], line[2 &* j &+ 1]) = (value, value)
                }
            default:
                for j in 0..<count / 4 {
                    let value = (source[j] - mean) * scale
                    (line[4 &* j], line[4 &* j &+ 1], line[4 &* j &+ 2], line[4 &* j &+ 3]) = (value, value, value, value)
                }
            }
        }
    }

    /// Whether a convolution of this shape can modulate planes that are enlarged so.
    static func pays(_ g: Convolution.Geometry, factor: Int) -> Bool {
        WinogradConvolution.pays(g) && g.channels <= WinogradConvolution.fewChannels && g.outputs % (2 * WinogradConvolution.block) == 0
            && [1, 2, 4].contains(factor)
    }

    /// - Parameter y: (N, C, H, W), set.
    func run(into y: UnsafeMutablePointer<Float>) {
        let c = convolution, packed = c.weights.transformed(.init(kind: .winograd, products: c.products))
        let panel = kernel_panel, tiles = c.tall * c.wide, panels = (tiles + panel - 1) / panel
        let (planes, outputs, block) = (c.planes, c.outputs / 2, WinogradConvolution.block), blocks = packed.shape[1]
        // Half of the products that stay in the second-level cache are γ, half β.
        let few = WinogradConvolution.fewOutputs, together = few / 2
        Parallel.forEach(c.samples * panels) { job in
            let sample = job / panels, first = job % panels * panel, count = min(panel, tiles - first)
            let step = planes * panel
            let input = Tensor(uninitialized: [36, planes, panel]), results = Tensor(uninitialized: [36, few, panel])
            let (v, m) = (input.mutablePointer, results.mutablePointer)
            if count < panel { v.update(repeating: 0, count: 36 * step) }
            for plane in 0..<planes {
                c.transform(count, from: first, sample: sample, plane: plane, into: v + plane * panel, step: step)
            }
            Tensor.withScratch(9 * 4 * panel) { scratch in
                for start in stride(from: 0, to: outputs, by: together) {
                    let own = start..<min(outputs, start + together)
                    for k in 0..<36 {
                        for half in 0..<2 {
                            c.products.multiplyPanels(
                                packed.pointer + (k * blocks + (half * outputs + start) / block) * planes * block, planes, v + k * step,
                                count, m + (k * few + half * together) * panel, panel, own.count)
                        }
                    }
                    for (place, output) in own.enumerated() {
                        let plane = sample * outputs + output
                        modulate(
                            count, from: first, plane: plane, biases: (bias[output], bias[outputs + output]),
                            products: (UnsafePointer(m) + place * panel, UnsafePointer(m) + (together + place) * panel), step: few * panel,
                            scratch, into: y + plane * c.height * c.width)
                    }
                }
            }
            keepAlive(input, results)
        }
        keepAlive(packed)
    }

    /// Modulates such tiles of a plane by their products, first those of γ, then those of β.
    private func modulate(
        _ count: Int, from first: Int, plane: Int, biases: (Float, Float), products: (UnsafePointer<Float>, UnsafePointer<Float>),
        step: Int,
        _ scratch: UnsafeMutablePointer<Float>, into y: UnsafeMutablePointer<Float>
    ) {
        let width = convolution.width, plain = Activation.identity.kernel
        convolution.forEachRow(count, from: first) { row, column, run, place in
            let wide = 4 * run, (gamma, beta, line) = (scratch, scratch + 4 * wide, scratch + 8 * wide)
            kernel_winograd_output(gamma, wide, 0, 0, run, products.0 + place, step, 1, biases.0, plain)
            kernel_winograd_output(beta, wide, 0, 0, run, products.1 + place, step, 1, biases.1, plain)
            for r in 0..<4 {
                if r % planes.factor == 0 { planes.read(plane, row: 4 * row + r, column: 4 * column, count: wide, into: line) }
                kernel_modulate(
                    y + (4 * row + r) * width + 4 * column, line, gamma + r * wide, beta + r * wide, wide, activation)
            }
        }
    }
}
