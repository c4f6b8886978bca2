import CKernels
import Tensors

/// 3×3 convolution with a padding of 1 by Winograd's F(4×4, 3×3) (Lavin and Gray 2015): the tiles of the input are transformed, 36 matrix
/// products over the channels take a quarter of the multiplications, and the products are transformed to results.
struct WinogradConvolution {
    let samples, channels, outputs, height, width: Int
    let weights: ConvolutionWeights
    /// Whether it goes from the channels of the output to those of the input, as in the gradient.
    var isAdjoint = false
    let x: UnsafePointer<Float>
    let inputScale: UnsafePointer<Float>?
    var products = TapProducts.float32

    /// Whether it is faster than taps: it needs enough tiles for the weights, which are four times as many, and enough channels for the
    /// transforms.
    static func pays(_ g: Convolution.Geometry) -> Bool {
        g.kernel == 3 && g.places.count == 9 && g.stride == 1 && g.padding == 1 && g.height % 4 == 0 && g.width % 4 == 0
            && g.height * g.width >= 256 && g.channels >= 16 && g.outputs >= 16
    }

    static let block = Int(TAP_BLOCK)
    /// The most channels whose transformed input, one panel of tiles, stays in the second-level cache.
    static let fewChannels = 128
    /// Values between the planes of one of a tile's values and the next: steps that are no powers of two spread them over the cache's sets.
    static let pad = 16
    /// Outputs whose products stay there, too.
    static let fewOutputs = 32
    /// Values of transformed input and products of more channels at a time, which then stay in the last-level cache.
    private static let values = 2 << 20

    /// - Parameter y: (N, outputs, H, W), set.
    func run(into y: UnsafeMutablePointer<Float>, epilogue: Epilogue) {
        let packed = weights.transformed(.init(kind: isAdjoint ? .adjointWinograd : .winograd, products: products))
        if channels <= Self.fewChannels, samples * tall * wide > kernel_panel * (Parallel.width - 1) {
            runPanels(packed, into: y, epilogue: epilogue)
        } else {
            runRows(packed, into: y, epilogue: epilogue)
        }
        keepAlive(packed)
    }

    var tall: Int { height / 4 }
    var wide: Int { width / 4 }

    /// The planes that are multiplied: channels, or pairs of channels.
    var planes: Int { products.planes(channels) }

    /// Transforms tiles `first` to `first + count` − 1, counted row by row, of a channel or a pair: value k of the first goes to v[k·step].
    func transform(_ count: Int, from first: Int, sample: Int, plane: Int, into v: UnsafeMutablePointer<Float>, step: Int) {
        products.forEachChannel(of: plane, channels) { channel, half in
            let own = sample * channels + channel, scale = inputScale?[own] ?? 1
            forEachRow(count, from: first) { row, column, run, place in
                kernel_winograd_input(v + place, step, x + own * height * width, height, width, row, column, run, scale, half)
            }
        }
    }

    /// Transforms products to the results of such tiles of an output.
    private func transformBack(
        _ count: Int, from first: Int, sample: Int, output: Int, products m: UnsafePointer<Float>, step: Int,
        into y: UnsafeMutablePointer<Float>, epilogue: Epilogue
    ) {
        let (scale, bias) = epilogue.factors(sample: sample, channel: output, channels: outputs)
        let plane = y + (sample * outputs + output) * height * width
        forEachRow(count, from: first) { row, column, run, place in
            kernel_winograd_output(plane, width, row, column, run, m + place, step, scale, bias, epilogue.activation.kernel)
        }
    }

    /// Divides tiles into runs within a row: row and column of the first, how many, and how many came before.
    func forEachRow(_ count: Int, from first: Int, _ body: (_ row: Int, _ column: Int, _ run: Int, _ place: Int) -> Void) {
        var place = 0
        while place < count {
            let column = (first + place) % wide, run = min(wide - column, count - place)
            body((first + place) / wide, column, run, place)
            place += run
        }
    }

    /// Computes with few channels: each thread takes a panel of tiles from the input to the results, in its own cache.
    private func runPanels(_ packed: Tensor, into y: UnsafeMutablePointer<Float>, epilogue: Epilogue) {
        let panel = kernel_panel, tiles = tall * wide, panels = (tiles + panel - 1) / panel
        let blocks = packed.shape[1], together = Self.fewOutputs / Self.block
        Parallel.forEach(samples * panels) { job in
            let sample = job / panels, first = job % panels * panel, count = min(panel, tiles - first)
            let few = together * Self.block, step = planes * panel + Self.pad, productStep = few * panel + Self.pad
            let input = Tensor(uninitialized: [36, step]), results = Tensor(uninitialized: [36, productStep])
            let (v, m) = (input.mutablePointer, results.mutablePointer)
            if count < panel { v.update(repeating: 0, count: 36 * step) }
            for plane in 0..<planes {
                transform(count, from: first, sample: sample, plane: plane, into: v + plane * panel, step: step)
            }
            for block in stride(from: 0, to: blocks, by: together) {
                let own = block * Self.block..<min(outputs, (block + together) * Self.block)
                for k in 0..<36 {
                    products.multiplyPanels(
                        packed.pointer + (k * blocks + block) * planes * Self.block, planes, v + k * step, count, m + k * productStep,
                        panel, own.count)
                }
                for (place, output) in own.enumerated() {
                    transformBack(
                        count, from: first, sample: sample, output: output, products: m + place * panel, step: productStep, into: y,
                        epilogue: epilogue)
                }
            }
            keepAlive(input, results)
        }
    }

    /// Computes with more channels: some rows of tiles at a time, whose channels, then products, then outputs the threads share, so that
    /// the weights are read once for all.
    private func runRows(_ packed: Tensor, into y: UnsafeMutablePointer<Float>, epilogue: Epilogue) {
        let panel = kernel_panel, blocks = packed.shape[1]
        let rows = Self.rowsTogether(tall: tall, wide: wide, tileValues: 36 * (planes + outputs))
        for sample in 0..<samples {
            for row in stride(from: 0, to: tall, by: rows) {
                let first = row * wide, tiles = min(tall - row, rows) * wide, panels = (tiles + panel - 1) / panel
                let room = panels * panel, step = planes * room + Self.pad, productStep = outputs * room + Self.pad
                let input = Tensor(uninitialized: [36, step]), results = Tensor(uninitialized: [36, productStep])
                let (v, m) = (input.mutablePointer, results.mutablePointer)
                Parallel.ranges(planes, grain: 4) { range in
                    for plane in range {
                        for place in stride(from: 0, to: tiles, by: panel) {
                            let count = min(panel, tiles - place), to = v + (place * planes + plane * panel)
                            if count < panel { for k in 0..<36 { (to + k * step).update(repeating: 0, count: panel) } }
                            transform(count, from: first + place, sample: sample, plane: plane, into: to, step: step)
                        }
                    }
                }
                // Many threads also share each product, so that they end together.
                let parts = min(blocks, (Parallel.width + 3) / 4)
                Parallel.forEach(36 * parts) { job in
                    let k = job / parts, part = job % parts, block = blocks * part / parts
                    let first = block * Self.block, last = min(outputs, blocks * (part + 1) / parts * Self.block)
                    products.multiplyPanels(
                        packed.pointer + (k * blocks + block) * planes * Self.block, planes, v + k * step, tiles,
                        m + k * productStep + first * room, room, last - first)
                }
                Parallel.ranges(outputs, grain: 4) { range in
                    for output in range {
                        transformBack(
                            tiles, from: first, sample: sample, output: output, products: m + output * room, step: productStep,
                            into: y, epilogue: epilogue)
                    }
                }
                keepAlive(input, results)
            }
        }
    }

    /// The number of rows of tiles, of those that the caches hold, that leaves the fewest places of panels empty.
    ///
    /// - Parameter tileValues: values of transformed input and products of a tile.
    static func rowsTogether(tall: Int, wide: Int, tileValues: Int) -> Int {
        let most = max(1, min(tall, values / (tileValues * wide)))
        func panels(_ rows: Int) -> Int { (rows * wide + kernel_panel - 1) / kernel_panel }
        func work(_ rows: Int) -> Int { tall / rows * panels(rows) + panels(tall % rows) }
        return ((most + 1) / 2...most).reversed().min { work($0) < work($1) }!
    }
}
