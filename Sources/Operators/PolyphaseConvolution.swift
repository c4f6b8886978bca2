import CKernels
import Tensors

/// 3×3 convolution that halves the sides (stride 2, without padding), or its transpose that doubles them, by Winograd's way in phases: a
/// tile of 4×4 places of the smaller side takes 81 products over the channels instead of 144.
///
/// Along one axis, the phase of two taps, w₀·x[r] + w₂·x[r − 1] for four r, is a product of polynomials, known by its values at five points
/// (Toom–Cook); the phase of one tap, w₁·x[r], takes four of the same points. In two axes that makes (5 + 4)² products at 5² points. Doubling
/// transforms its input to the points once for all phases; halving adds up the products of all phases there before it transforms them back.
struct PolyphaseConvolution {
    enum Direction { case halving, doubling }

    let direction: Direction
    let samples, channels, outputs: Int
    /// Rows and columns of tiles.
    let tall, wide: Int
    let weights: ConvolutionWeights
    /// (N, C, H, W) with at least 8·tall + 1 rows and 8·wide + 1 columns, or, doubling, with 4·tall and 4·wide.
    let x: UnsafePointer<Float>
    let height, width: Int
    let inputScale: UnsafePointer<Float>?
    var elements = TapProducts.float32

    /// Whether it is faster than taps: it needs enough tiles for the weights, which are nine times as many, and enough channels for the
    /// transforms.
    ///
    /// - Parameter height, width: the smaller sides.
    static func pays(height: Int, width: Int, channels: Int, outputs: Int) -> Bool {
        height % 4 == 0 && width % 4 == 0 && height * width >= 1024 && channels >= 16 && outputs >= 32
    }

    /// Products of a tile, and points at which they are known.
    private static let products = 81, points = 25

    /// The point of a product.
    private static func point(_ product: Int) -> Int { product / 9 % 5 * 5 + product % 9 % 5 }

    /// The products of each point.
    private static let productsOfPoints = (0..<points).map { own in (0..<products).filter { point($0) == own } }

    /// The rows and columns of input from one tile to the next.
    private var step: Int { direction == .halving ? 8 : 4 }

    /// Halves.
    ///
    /// - Parameter y: (N, outputs, 4·tall, 4·wide), set.
    func halve(into y: UnsafeMutablePointer<Float>, epilogue: Epilogue) {
        for sample in 0..<samples {
            for rows in bands() {
                multiply(sample: sample, rows: rows) { output, products, step in
                    let (scale, bias) = epilogue.factors(sample: sample, channel: output, channels: outputs)
                    let plane = y + (sample * outputs + output) * 16 * tall * wide
                    for row in rows {
                        kernel_halving_output(
                            plane + row * 16 * wide, 4 * wide, wide, products + (row - rows.lowerBound) * wide, step, scale, bias,
                            epilogue.activation.kernel)
                    }
                }
            }
        }
    }

    /// Doubles, and hands over the grids of one output after the other.
    ///
    /// - Parameter body: is given the grids by the parity of row and column. They reach from one row before those wanted to one after.
    func double(_ body: (TapConvolution.Grids) -> Void) {
        // Each band begins with the last two rows of the one before, and with the row that its own first tiles add to.
        let stride = 4 * wide + 1, kept = 3 * stride
        let carried = Tensor(uninitialized: [outputs, 4, kept])
        for sample in 0..<samples {
            carried.mutablePointer.update(repeating: 0, count: carried.count)
            for rows in bands() {
                let end = 4 * rows.count * stride, room = end + kept, isLast = rows.upperBound == tall
                let own = max(0, 4 * rows.lowerBound - 1)..<4 * rows.upperBound - (isLast ? 0 : 1)
                multiply(sample: sample, rows: rows) { output, products, step in
                    Tensor.withScratch(4 * room) { scratch in
                        let grids = (0..<4).map { scratch + $0 * room }
                        let carry = carried.mutablePointer + output * 4 * kept
                        for grid in 0..<4 { grids[grid].update(from: carry + grid * kept, count: kept) }
                        for row in 0..<rows.count {
                            kernel_doubling_output(
                                grids.map { Optional($0 + (4 * row + 2) * stride) }, stride, wide, products + row * wide, step)
                        }
                        body(
                            .init(
                                sample: sample, channels: output..<output + 1, rows: own, first: 4 * rows.lowerBound - 2,
                                pointers: grids.map { UnsafePointer($0) }, plane: room, stride: stride))
                        for grid in 0..<4 { (carry + grid * kept).update(from: grids[grid] + end, count: kept) }
                    }
                }
            }
        }
        keepAlive(carried)
    }

    /// Computes some rows of tiles: transforms the channels, multiplies, and hands over each output's products, or sums of products, the
    /// values of a tile `step` apart.
    private func multiply(
        sample: Int, rows: Range<Int>, _ body: (_ output: Int, _ products: UnsafePointer<Float>, _ step: Int) -> Void
    ) {
        let packed = weights.transformed(.init(kind: .polyphase, products: elements))
        let blocks = packed.shape[1], block = Int(TAP_BLOCK), panel = kernel_panel
        let tiles = rows.count * wide, panels = (tiles + panel - 1) / panel, room = panels * panel
        let isDoubling = direction == .doubling
        let (inputs, sums) = isDoubling ? (Self.points, Self.products) : (Self.products, Self.points)
        // Steps that are no powers of two spread the values of a tile over the cache's sets.
        let pad = WinogradConvolution.pad, planes = elements.planes(channels)
        let step = panels * planes * panel + pad, sumStep = outputs * room + pad
        let input = Tensor(uninitialized: [inputs, step]), results = Tensor(uninitialized: [sums, sumStep])
        let (v, m) = (input.mutablePointer, results.mutablePointer)
        let transform = isDoubling ? kernel_doubling_input! : kernel_halving_input!
        Parallel.ranges(planes, grain: 4) { range in
            for plane in range {
                if tiles < room {
                    let last = v + ((panels - 1) * planes + plane) * panel
                    for k in 0..<inputs { (last + k * step).update(repeating: 0, count: panel) }
                }
                elements.forEachChannel(of: plane, channels) { channel, half in
                    let own = sample * channels + channel, scale = inputScale?[own] ?? 1
                    for place in 0..<rows.count {
                        let from = x + (own * height + (rows.lowerBound + place) * self.step) * width
                        // A row of tiles may begin and end within panels.
                        var column = 0
                        while column < wide {
                            let tile = place * wide + column, run = min(wide - column, panel - tile % panel)
                            transform(
                                v + (tile / panel * planes + plane) * panel + tile % panel, step, from + column * self.step,
                                height * width, width, run, scale, half)
                            column += run
                        }
                    }
                }
            }
        }
        // Many threads also share each product, so that they end together.
        let parts = min(blocks, (Parallel.width + 3) / 4)
        Parallel.forEach(Self.points * parts) { job in
            let point = job / parts, part = job % parts, own = blocks * part / parts
            let first = own * block, last = min(outputs, blocks * (part + 1) / parts * block)
            for (number, k) in Self.productsOfPoints[point].enumerated() {
                elements.multiplyPanels(
                    packed.pointer + (k * blocks + own) * planes * block, planes, v + (isDoubling ? point : k) * step, tiles,
                    m + (isDoubling ? k : point) * sumStep + first * room, room, last - first, adding: !isDoubling && number > 0)
            }
        }
        Parallel.ranges(outputs, grain: 4) { range in
            for output in range { body(output, m + output * room, sumStep) }
        }
        keepAlive(packed, input, results)
    }

    /// Divides the rows of tiles into bands that the caches hold.
    private func bands() -> [Range<Int>] {
        let (inputs, sums) = direction == .doubling ? (Self.points, Self.products) : (Self.products, Self.points)
        let rows = WinogradConvolution.rowsTogether(tall: tall, wide: wide, tileValues: inputs * elements.planes(channels) + sums * outputs)
        return stride(from: 0, to: tall, by: rows).map { $0..<min(tall, $0 + rows) }
    }
}
