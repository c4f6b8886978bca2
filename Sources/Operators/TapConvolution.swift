import CKernels
import Tensors

/// Convolution by taps, without unfolding: bands of the operand are laid out with their margins once, and every tap of the kernel is an
/// offset into them. Forward and backward passes of all convolutions are plans for this one engine.
struct TapConvolution {
    let plan: TapPlan
    let source: TapOperand.Source
    let samples: Int
    let weights: ConvolutionWeights
    let isAdjoint: Bool
    let products: TapProducts
    /// Channels of the result.
    let results: Int

    init(
        _ plan: TapPlan, _ source: TapOperand.Source, samples: Int, weights: ConvolutionWeights, isAdjoint: Bool = false,
        products: TapProducts = .float32
    ) {
        (self.plan, self.source, self.samples, self.weights, self.isAdjoint) = (plan, source, samples, weights, isAdjoint)
        self.products = products
        results = isAdjoint ? weights.channels : weights.outputs
    }

    /// Rows of some samples that are computed in one piece.
    struct Band {
        let samples, rows: Range<Int>
        /// The blocks of results that are computed.
        let blocks: Range<Int>
    }

    /// Planes of the operand: channels, or pairs of channels.
    private var planes: Int { products.planes(source.channels) }

    /// Results whose weights lie side by side.
    private var block: Int { products.block }
    /// Values of the operand in a band, which then stays in the second-level cache.
    private static let bandValues = 176 << 10
    /// Planes of grids that are computed at a time, which then stay in the last-level cache.
    private static let gridPlanes = 512

    /// Values of a row of the operand.
    private var rowValues: Int { planes * plan.phases.count * (plan.columns + plan.reachedColumns.count - 1) }

    /// Whether a band holds whole pictures, since these are smaller than the weights: threads share the results, and each reads the
    /// weights of its own.
    var takesWholePictures: Bool {
        rowValues * (plan.rows + plan.reachedRows.count - 1) <= min(Self.bandValues, weights.tensor.count)
    }

    /// Rows of the grids of some channels.
    struct Grids {
        let sample: Int
        let channels: Range<Int>
        /// The rows that are wanted, and the first one that is there.
        let rows: Range<Int>, first: Int
        /// Row `first` of every grid of the first channel.
        let pointers: [UnsafePointer<Float>?]
        /// Values from one channel to the next, and from one row to the next.
        let plane, stride: Int
    }

    /// Divides all rows of all samples into bands.
    ///
    /// - Parameter halo: rows that a band computes beyond its own.
    private func bands(rows: Int, halo: Int = 0) -> [Band] {
        let width = Parallel.width, blocks = (results + block - 1) / block
        let perRow = rowValues, margin = plan.reachedRows.count - 1 + halo
        let most = max(2, Self.bandValues / perRow - margin)
        var bands: [Band] = []
        if !takesWholePictures && (most < rows || samples < width && rows >= 8 * width) {
            let least = samples < width ? (width + samples - 1) / samples : 1
            // The threads share the bands evenly.
            let count = ((rows + most - 1) / most + least - 1) / least * least
            for sample in 0..<samples {
                for band in 0..<count {
                    bands.append(
                        Band(
                            samples: sample..<sample + 1, rows: rows * band / count..<rows * (band + 1) / count,
                            blocks: 0..<blocks))
                }
            }
            return bands
        }
        // Several small pictures make a band, so that the weights are read once for all of them.
        let together = max(1, min(Self.bandValues / (perRow * (rows + margin)), (samples + width - 1) / width))
        let groups = (samples + together - 1) / together
        let parts = groups >= width ? 1 : min(blocks, (width + groups - 1) / groups)
        for group in 0..<groups {
            for part in 0..<parts {
                bands.append(
                    Band(
                        samples: samples * group / groups..<samples * (group + 1) / groups, rows: 0..<rows,
                        blocks: blocks * part / parts..<blocks * (part + 1) / parts))
            }
        }
        return bands
    }

    /// Runs of at most 16 places on a grid: where they read and write, and how long they are.
    private struct Runs {
        var from: [Int] = [], to: [Int] = [], lengths: [Int] = []
        /// Values from one row to the next in what is written.
        let stride: Int

        /// - Parameter stride: of what is written. nil lets the rows be written end to end with the operand's margins between them, which
        ///   takes fewer runs if the last run of each row would be short.
        init(rows: Int, columns: Int, wide: Int, stride: Int?) {
            if let stride {
                self.stride = stride
                for row in 0..<rows {
                    for column in Swift.stride(from: 0, to: columns, by: 16) {
                        from.append(row * wide + column)
                        to.append(row * stride + column)
                        lengths.append(min(16, columns - column))
                    }
                }
            } else {
                self.stride = wide
                let count = rows > 0 ? (rows - 1) * wide + columns : 0
                for place in Swift.stride(from: 0, to: count, by: 16) {
                    from.append(place)
                    to.append(place)
                    lengths.append(min(16, count - place))
                }
            }
        }
    }

    /// Computes some blocks of results on one grid of a band.
    private func product(
        _ operand: TapOperand, grid: Int, runs: Runs, samples: Range<Int>, blocks: Range<Int>, packed: UnsafePointer<Float>,
        into y: (_ sample: Int) -> UnsafeMutablePointer<Float>, plane: Int, epilogue: Epilogue
    ) {
        let offsets = operand.offsets(grid: grid), taps = offsets.count, size = block
        let channels = operand.planes, first = blocks.lowerBound * size, count = min(blocks.upperBound * size, results) - first
        func values(_ grids: ArraySlice<TapPlan.Grid>) -> Int {
            grids.reduce(0) { $0 + products.room($1.taps.count * planes) * size }
        }
        let step = values(plan.grids[...])
        let own = packed + blocks.lowerBound * step + values(plan.grids[..<grid])
        let pass = products.pass(taps: taps)
        for channel in stride(from: 0, to: channels, by: pass) {
            let now = min(pass, channels - channel)
            for (index, sample) in samples.enumerated() {
                let w = own + channel * taps * size
                let x = operand.pointer + channel * operand.plane + index * operand.sampleStep
                let scales = epilogue.scale.map { $0.pointer + sample * results + first }
                let biases = epilogue.bias.map { $0.pointer + first }
                let (adds, ends): (Int32, Int32) = (channel > 0 ? 1 : 0, channel + now == channels ? 1 : 0)
                let activation = epilogue.activation.kernel
                if products.isPaired {
                    let multiply = (products == .tiles ? kernel_tile_product : kernel_paired_tap_product)!
                    multiply(
                        TapProducts.words(w), step, now, taps, offsets, TapProducts.words(x), operand.plane, runs.from.count, runs.from,
                        runs.to, runs.lengths, y(sample), plane, count, adds, ends, scales, biases, activation)
                } else {
                    kernel_tap_product(
                        w, step, now, taps, offsets, x, operand.plane, runs.from.count, runs.from, runs.to, runs.lengths,
                        y(sample), plane, count, adds, ends, scales, biases, activation)
                }
            }
        }
    }

    private var order: ConvolutionWeights.Order {
        .init(isAdjoint: isAdjoint, taps: plan.placesOfGrids, products: products)
    }

    /// Computes a plan of one grid.
    ///
    /// - Parameter y: (N, results, rows, columns), set.
    func run(into y: UnsafeMutablePointer<Float>, epilogue: Epilogue = Epilogue()) {
        if isPointwise { return runPointwise(into: y, epilogue: epilogue) }
        let (rows, columns) = (plan.rows, plan.columns), area = rows * columns
        let packed = weights.packed(order), bands = bands(rows: rows)
        // The margins of a narrow picture would take a large part of every register.
        let isNarrow = columns < 16
        Parallel.forEach(bands.count) { index in
            let band = bands[index], first = band.blocks.lowerBound * block
            var operand = TapOperand(
                source, plan: plan, channels: 0..<source.channels, samples: band.samples, rows: band.rows,
                isPaired: products.isPaired)
            if isNarrow {
                operand = TapOperand(
                    unfolding: operand, rows: band.rows.count, columns: columns, samples: band.samples.count)
            }
            product(
                operand, grid: 0, runs: Runs(rows: band.rows.count, columns: columns, wide: operand.wide, stride: isNarrow ? nil : columns),
                samples: band.samples, blocks: band.blocks, packed: packed.pointer,
                into: { y + ($0 * results + first) * area + band.rows.lowerBound * columns }, plane: area, epilogue: epilogue)
            operand.keep()
        }
        keepAlive(packed)
    }

    /// Computes a plan of several grids and hands over those of some channels after the other.
    ///
    /// - Parameters:
    ///   - rows: the number of rows that are divided into bands.
    ///   - halo: rows that are computed above and below each band's own, as far as they exist.
    ///   - body: is given what is computed.
    func runGrids(
        rows: Int, halo: Int = 0, _ body: (Grids) -> Void
    ) {
        let packed = weights.packed(order), bands = bands(rows: rows, halo: 2 * halo)
        let wide = plan.columns + plan.reachedColumns.count - 1, count = plan.grids.count
        // Bands one below the other are computed in a chain: each takes the last rows of the one before as its halo.
        var chains: [[Band]] = []
        let length = max(1, (bands.count + Parallel.width - 1) / Parallel.width)
        for band in bands {
            if halo > 0, let last = chains.last?.last, chains[chains.count - 1].count < length, last.samples == band.samples,
                last.blocks == band.blocks, last.rows.upperBound == band.rows.lowerBound, last.rows.count >= 2 * halo
            {
                chains[chains.count - 1].append(band)
            } else {
                chains.append([band])
            }
        }
        Parallel.forEach(chains.count) { index in
            let chain = chains[index], samples = chain[0].samples
            let most = chain.map(\.rows.count).max()! + 2 * halo
            let room = most * wide, haloValues = 2 * halo * wide
            let size = block, together = Self.gridPlanes / count / size * size
            let scratch = Tensor(uninitialized: [samples.count, count, together, room])
            // The last rows of every grid of every result.
            let carried = chain.count > 1 ? Tensor(uninitialized: [samples.count, results + size, count, haloValues]) : nil
            func place(_ sample: Int, _ grid: Int) -> UnsafeMutablePointer<Float> {
                scratch.mutablePointer + ((sample - samples.lowerBound) * count + grid) * together * room
            }
            func carry(_ sample: Int, _ grid: Int, _ result: Int) -> UnsafeMutablePointer<Float> {
                carried!.mutablePointer + (((sample - samples.lowerBound) * (results + size) + result) * count + grid) * haloValues
            }
            for (number, band) in chain.enumerated() {
                // Rows beyond the ends of the grids are not needed.
                let first = max(0, band.rows.lowerBound - halo), end = min(plan.rows, band.rows.upperBound + halo)
                let start = number > 0 ? first + 2 * halo : first
                let operand = TapOperand(
                    source, plan: plan, channels: 0..<source.channels, samples: samples, rows: start..<end,
                    isPaired: products.isPaired)
                let runs = plan.grids.map { grid in
                    Runs(rows: min(end, grid.rows) - start, columns: grid.columns, wide: wide, stride: nil)
                }
                for block in stride(from: band.blocks.lowerBound, to: band.blocks.upperBound, by: together / size) {
                    let blocks = block..<min(band.blocks.upperBound, block + together / size)
                    let own = block * size..<min(results, blocks.upperBound * size)
                    for sample in samples {
                        for grid in 0..<count {
                            for (place, result) in zip(0..., own) where number > 0 {
                                let to = (sample - samples.lowerBound) * count + grid
                                (scratch.mutablePointer + (to * together + place) * room).update(
                                    from: carry(sample, grid, result), count: haloValues)
                            }
                            if plan.grids[grid].taps.isEmpty { place(sample, grid).update(repeating: 0, count: together * room) }
                        }
                    }
                    for grid in 0..<count where !plan.grids[grid].taps.isEmpty {
                        product(
                            operand, grid: grid, runs: runs[grid], samples: samples, blocks: blocks, packed: packed.pointer,
                            into: { place($0, grid) + (start - first) * wide }, plane: room, epilogue: Epilogue())
                    }
                    for sample in samples {
                        body(
                            Grids(
                                sample: sample, channels: own, rows: band.rows, first: first,
                                pointers: (0..<count).map { UnsafePointer(place(sample, $0)) }, plane: room, stride: wide))
                        guard number + 1 < chain.count else { continue }
                        for (channel, result) in zip(0..., own) {
                            for grid in 0..<count {
                                carry(sample, grid, result).update(
                                    from: place(sample, grid) + channel * room + (end - first) * wide - haloValues, count: haloValues)
                            }
                        }
                    }
                }
                operand.keep()
            }
            keepAlive(scratch, carried)
        }
        keepAlive(packed)
    }

    // MARK: 1×1

    /// Whether the operand needs neither margins nor phases: a 1×1 kernel.
    private var isPointwise: Bool {
        products == .float32 && weights.kernel == 1 && plan.step == 1 && plan.rows == source.height && plan.columns == source.width
    }

    /// Pixels in a piece of a 1×1 convolution: a multiple of the panels of every set of loops.
    private static let piece = 192

    private func runPointwise(into y: UnsafeMutablePointer<Float>, epilogue: Epilogue) {
        let area = source.height * source.width, channels = source.channels, size = block
        let packed = weights.packed(order)
        let blocks = packed.shape[0], pieces = (area + Self.piece - 1) / Self.piece
        // Modulation is multiplied into the weights, which are few.
        let modulated = source.scale.map { scale -> Tensor in
            let result = Tensor(uninitialized: [samples, blocks, channels, size])
            let (from, to) = (packed.pointer, result.mutablePointer)
            for index in 0..<samples * blocks * channels {
                let factor = scale[index / (blocks * channels) * channels + index % channels]
                let place = index % (blocks * channels)
                for k in 0..<size { to[index * size + k] = from[place * size + k] * factor }
            }
            return result
        }
        // The threads share the results, too, if there are few pixels.
        let parts = min(blocks, max(1, 2 * Parallel.width / (samples * pieces)))
        Parallel.forEach(samples * pieces * parts) { job in
            let part = job % parts, piece = job / parts % pieces, sample = job / parts / pieces
            let start = piece * Self.piece, end = min(area, start + Self.piece)
            let block = blocks * part / parts, first = block * size, last = min(results, blocks * (part + 1) / parts * size)
            let own = modulated.map { $0.pointer + sample * blocks * channels * size } ?? packed.pointer
            kernel_pointwise_product(
                own + block * channels * size, channels, source.values + sample * channels * area + start, area, end - start,
                y + (sample * results + first) * area + start, area, last - first, 1,
                epilogue.scale.map { $0.pointer + sample * results + first }, epilogue.bias.map { $0.pointer + first },
                epilogue.activation.kernel)
        }
        keepAlive(packed, modulated)
    }

    // MARK: Weights

    /// The gradient of the weights of a plan of one grid: for every tap the products of what arrives at a place with what the tap reads there.
    ///
    /// - Parameters:
    ///   - arriving: (N, A, rows, columns).
    ///   - read: what the taps read, (N, B, H, W).
    ///   - result: place (a, b, tap) is a·step + b·otherStep + tap; added to.
    static func weightGradient(
        _ plan: TapPlan, samples: Int, arriving: TapOperand.Source, read: TapOperand.Source,
        into result: UnsafeMutablePointer<Float>, step: Int, otherStep: Int
    ) {
        let (rows, columns) = (plan.rows, plan.columns), wide = columns + plan.reachedColumns.count - 1
        // A line is a row, or a whole sample with the margins between its rows, whichever takes fewer registers.
        let rounded = (columns + 15) / 16 * 16
        let most = max(1, min(rows, gradientPixels / rounded))
        let isFlat = ((most - 1) * wide + columns + 15) / 16 * 16 < most * rounded
        let together = most == rows ? max(1, min(samples, gradientPixels / (rows * rounded))) : 1
        var bands: [(samples: Range<Int>, rows: Range<Int>)] = []
        for sample in Swift.stride(from: 0, to: samples, by: together) {
            for row in Swift.stride(from: 0, to: rows, by: most) {
                bands.append((sample..<min(samples, sample + together), row..<min(rows, row + most)))
            }
        }
        let width = Parallel.width
        Parallel.forEach(min(width, read.channels)) { part in
            let parts = min(width, read.channels)
            let channels = read.channels * part / parts..<read.channels * (part + 1) / parts
            for band in bands {
                let operand = TapOperand(read, plan: plan, channels: channels, samples: band.samples, rows: band.rows)
                let offsets = operand.offsets(grid: 0)
                let lines = isFlat ? band.samples.count : band.samples.count * band.rows.count
                let length = isFlat ? ((band.rows.count - 1) * wide + columns + 15) / 16 * 16 : rounded
                let places: [Int] =
                    isFlat
                    ? band.samples.indices.map { ($0 - band.samples.lowerBound) * operand.sampleStep }
                    : (0..<lines).map {
                        $0 / band.rows.count * operand.sampleStep + $0 % band.rows.count * wide
                    }
                for first in Swift.stride(from: 0, to: arriving.channels, by: gradientChannels) {
                    let count = min(gradientChannels, arriving.channels - first)
                    let block = Tensor(zeros: [count, lines, length])
                    var to = block.mutablePointer
                    for channel in first..<first + count {
                        for sample in band.samples {
                            let own = sample * arriving.channels + channel
                            let scale = arriving.scale?[own] ?? 1
                            for row in band.rows {
                                let place = isFlat ? to + (row - band.rows.lowerBound) * wide : to
                                kernel_copy_scaled(
                                    place, arriving.values + (own * rows + row) * columns, columns, 1, scale)
                                if !isFlat { to += length }
                            }
                            if isFlat { to += length }
                        }
                    }
                    for (index, channel) in channels.enumerated() {
                        kernel_tap_gradient(
                            result + first * step + channel * otherStep, step, count, offsets.count, offsets,
                            operand.pointer + index * operand.plane, lines, places, block.pointer, lines * length, length,
                            length)
                    }
                    keepAlive(block)
                }
                operand.keep()
            }
        }
    }

    /// Pixels in a band, and arriving channels in a block, of a gradient: they stay in the second-level cache.
    private static let gradientPixels = 1024
    private static let gradientChannels = 48
}
