import CKernels
import Foundation
import Tensors

/// Convolution of large kernels, of planes or of volumes, by discrete Fourier transforms of the planes: tiles of T×T values, T = k + 15, make
/// 16×16 results each, with 4·(T/16)²/2 multiplications instead of k² for each result and tap along the depth. Transforms are products with
/// matrices.
///
/// Two tiles are transformed as the real and the imaginary part of one: the weights are real, so that the two stay apart.
struct FourierConvolution {
    /// A convolution that keeps the size of what it reads.
    struct Geometry {
        let channels, depth, height, width, outputs, kernel: Int
        /// Planes of the kernel: as many as rows for a volume, one for a plane.
        let planes: Int

        /// Places of the volume.
        var size: Int { depth * height * width }
    }

    let geometry: Geometry
    /// From `transformed`.
    let weights: Tensor
    /// One volume, (C, D, H, W), or plane, D = 1.
    let x: UnsafePointer<Float>

    /// Results of a tile, along each axis.
    private static let results = 16
    /// Values of transformed input at a time.
    private static let values = 6 << 20

    /// Whether it is faster than what computes volumes and planes otherwise: it needs enough channels to repay the transforms.
    static func pays(_ g: Geometry) -> Bool {
        guard g.height * g.width >= 256 else { return false }
        return g.planes > 1 ? g.kernel >= 5 && g.channels >= 8 && g.outputs >= 4 : g.kernel >= 9 && min(g.channels, g.outputs) >= 16
    }

    /// The side of a tile.
    static func side(kernel: Int) -> Int { kernel + results - 1 }

    /// The transformed weights: for each column frequency v from 0 to T/2, each row frequency u, and each plane of the kernel a real matrix
    /// (2·O, 2·C) that multiplies real and imaginary parts, one above the other, by the conjugate of the kernel's transform.
    ///
    /// - Parameters:
    ///   - tensor: (outputs, channels, planes, k, k) values, k odd.
    ///   - gain: a factor on them.
    static func transformed(_ tensor: Tensor, outputs: Int, channels: Int, kernel: Int, planes: Int, gain: Float = 1) -> Tensor {
        let side = side(kernel: kernel), gain = Double(gain)
        let result = Tensor(uninitialized: [(side / 2 + 1) * side, planes, 2 * outputs, 2 * channels])
        let angles = (0..<side).map { 2 * Double.pi * Double($0) / Double(side) }
        let (cosines, sines) = (angles.map { cos($0) }, angles.map { sin($0) })
        let (from, to) = (tensor.pointer, result.mutablePointer)
        Parallel.forEach(outputs) { output in
            // Σ over rows first, for each column frequency, then over columns.
            var (re, im) = ([Double](repeating: 0, count: kernel), [Double](repeating: 0, count: kernel))
            for channel in 0..<channels {
                for plane in 0..<planes {
                    let own = from + ((output * channels + channel) * planes + plane) * kernel * kernel
                    for v in 0...side / 2 {
                        for a in 0..<kernel {
                            (re[a], im[a]) = (0, 0)
                            for b in 0..<kernel {
                                re[a] += Double(own[a * kernel + b]) * cosines[v * b % side]
                                im[a] -= Double(own[a * kernel + b]) * sines[v * b % side]
                            }
                        }
                        for u in 0..<side {
                            var (c, s) = (0.0, 0.0)
                            for a in 0..<kernel {
                                let (cosine, sine) = (cosines[u * a % side], sines[u * a % side])
                                c += re[a] * cosine + im[a] * sine
                                s += im[a] * cosine - re[a] * sine
                            }
                            (c, s) = (c * gain, s * gain)
                            // Conjugate: the convolution is a correlation.
                            let matrix = to + ((v * side + u) * planes + plane) * 4 * outputs * channels
                            let upper = matrix + output * 2 * channels + channel, lower = upper + outputs * 2 * channels
                            (upper[0], upper[channels], lower[0], lower[channels]) = (Float(c), Float(s), Float(-s), Float(c))
                        }
                    }
                }
            }
        }
        keepAlive(tensor)
        return result
    }

    /// - Parameter y: one volume, (O, D, H, W), set.
    func run(into y: UnsafeMutablePointer<Float>, epilogue: Epilogue, sample: Int) {
        let g = geometry, side = Self.side(kernel: g.kernel), half = g.planes / 2, frequencies = side * side
        let matrices = Matrices(side: side, results: Self.results)
        let wide = (g.width + Self.results - 1) / Self.results, tall = (g.height + Self.results - 1) / Self.results
        let pairs = (wide * tall + 1) / 2
        let most = max(1, Self.values / (2 * frequencies * g.channels * (g.depth + 2 * half)))
        let bands = (pairs + most - 1) / most
        for band in 0..<bands {
            let own = pairs * band / bands..<pairs * (band + 1) / bands
            let columns = g.depth * own.count, halo = half * own.count, line = columns + 2 * halo
            // (frequency, real or imaginary, channel, place) with planes of zeros before and after the volume.
            let input = Tensor(uninitialized: [frequencies, 2, g.channels, line])
            let products = Tensor(uninitialized: [frequencies, 2, g.outputs, columns])
            let (v, m) = (input.mutablePointer, products.mutablePointer)
            Parallel.forEach(g.channels) { channel in
                for part in 0..<2 * frequencies {
                    let place = v + (part * g.channels + channel) * line
                    place.update(repeating: 0, count: halo)
                    (place + halo + columns).update(repeating: 0, count: halo)
                }
                Tensor.withScratch(4 * frequencies * columns) { tiles in
                    gather(channel, pairs: own, wide: wide, tall: tall, into: tiles)
                    let rows = tiles + 2 * frequencies * columns
                    matrices.forward(tiles, rows, columns, into: v + channel * line + halo, step: g.channels * line)
                }
            }
            // A frequency and its mirror image have the same weights; their parts differ in sign, which the transforms see to.
            Parallel.forEach((side / 2 + 1) * side) { index in
                let (column, row) = (index / side, index % side)
                let mirror = (side - column) % side * side + (side - row) % side
                let matrix = weights.pointer + index * g.planes * 4 * g.outputs * g.channels
                for place in column > 0 && column < side / 2 ? [index, mirror] : [index] {
                    for plane in 0..<g.planes {
                        MatrixProduct.multiply(
                            m: 2 * g.outputs, n: columns, k: 2 * g.channels, matrix + plane * 4 * g.outputs * g.channels,
                            lda: 2 * g.channels, v + place * 2 * g.channels * line + plane * own.count, ldb: line, beta: plane > 0 ? 1 : 0,
                            m + place * 2 * g.outputs * columns, ldc: columns)
                    }
                }
            }
            Parallel.forEach(g.outputs) { output in
                let (scale, bias) = epilogue.factors(sample: sample, channel: output, channels: g.outputs)
                Tensor.withScratch(2 * Self.results * (side + Self.results) * columns) { rows in
                    let tiles = rows + 2 * Self.results * side * columns
                    matrices.inverse(m + output * columns, step: g.outputs * columns, rows, columns, into: tiles)
                    let plane = y + output * g.size
                    scatter(tiles, pairs: own, wide: wide, tall: tall, into: plane)
                    for pair in own {
                        for depth in 0..<g.depth { activate(pair, depth, wide, tall, plane, scale, bias, epilogue.activation.kernel) }
                    }
                }
            }
            keepAlive(input, products)
        }
        keepAlive(weights)
    }

    /// Lays out tiles of a channel: row by row, of each the values of the first tiles of all pairs, column by column, then the second ones'.
    private func gather(_ channel: Int, pairs: Range<Int>, wide: Int, tall: Int, into tiles: UnsafeMutablePointer<Float>) {
        let g = geometry, side = Self.side(kernel: g.kernel), half = g.kernel / 2, columns = g.depth * pairs.count
        tiles.update(repeating: 0, count: 2 * side * side * columns)
        for depth in 0..<g.depth {
            let plane = x + (channel * g.depth + depth) * g.height * g.width
            for pair in pairs {
                for second in 0..<2 where 2 * pair + second < wide * tall {
                    let tile = 2 * pair + second, place = depth * pairs.count + pair - pairs.lowerBound
                    let (top, left) = (tile / wide * Self.results - half, tile % wide * Self.results - half)
                    let inside = max(0, -left)..<min(side, g.width - left)
                    for a in max(0, -top)..<min(side, g.height - top) {
                        let source = plane + (top + a) * g.width + left
                        let target = tiles + (a * 2 + second) * side * columns + place
                        for b in inside { target[b &* columns] = source[b] }
                    }
                }
            }
        }
    }

    /// Places the results of an output's tiles.
    private func scatter(_ tiles: UnsafePointer<Float>, pairs: Range<Int>, wide: Int, tall: Int, into y: UnsafeMutablePointer<Float>) {
        let g = geometry, size = Self.results, columns = g.depth * pairs.count
        for depth in 0..<g.depth {
            for pair in pairs {
                for second in 0..<2 where 2 * pair + second < wide * tall {
                    let tile = 2 * pair + second, place = depth * pairs.count + pair - pairs.lowerBound
                    let (top, left) = (tile / wide * size, tile % wide * size)
                    for a in 0..<min(size, g.height - top) {
                        let source = tiles + (a * 2 + second) * size * columns + place
                        let target = y + (depth * g.height + top + a) * g.width + left
                        for b in 0..<min(size, g.width - left) { target[b] = source[b &* columns] }
                    }
                }
            }
        }
    }

    /// Scales, shifts and activates the results of a pair of tiles.
    private func activate(
        _ pair: Int, _ depth: Int, _ wide: Int, _ tall: Int, _ y: UnsafeMutablePointer<Float>, _ scale: Float, _ bias: Float,
        _ activation: kernel_activation
    ) {
        let g = geometry, size = Self.results
        for tile in 2 * pair..<min(2 * pair + 2, wide * tall) {
            let (top, left) = (tile / wide * size, tile % wide * size)
            for row in top..<min(g.height, top + size) {
                kernel_scale_bias_activate(
                    y + (depth * g.height + row) * g.width + left, min(size, g.width - left), scale, bias, activation)
            }
        }
    }

    /// The transforms of one length as real matrices on real parts above imaginary ones.
    private struct Matrices {
        let side, results: Int
        /// (2·T, 2·T): along columns; (2·T, T) each: along rows, from the real and from the imaginary parts; with the imaginary results
        /// negated for frequencies whose mirror images have the weights.
        private let columns, fromReal, fromImaginary, fromRealMirrored, fromImaginaryMirrored: Tensor
        /// (2·results, T) each along rows, (2·results, 2·T) along columns.
        private let backReal, backImaginary, backImaginaryMirrored, backColumns: Tensor

        init(side: Int, results: Int) {
            (self.side, self.results) = (side, results)
            func matrix(_ rows: Int, _ columns: Int, _ value: (_ row: Int, _ column: Int) -> Double) -> Tensor {
                Tensor((0..<rows * columns).map { Float(value($0 / columns, $0 % columns)) }, [rows, columns])
            }
            func cosine(_ a: Int, _ b: Int) -> Double { cos(2 * Double.pi * Double(a * b % side) / Double(side)) }
            func sine(_ a: Int, _ b: Int) -> Double { sin(2 * Double.pi * Double(a * b % side) / Double(side)) }
            // e^−iθ·(p + iq) = (p·cos θ + q·sin θ) + i(q·cos θ − p·sin θ).
            func real(_ u: Int, _ a: Int) -> Double { u < side ? cosine(u, a) : -sine(u - side, a) }
            func imaginary(_ u: Int, _ a: Int) -> Double { u < side ? sine(u, a) : cosine(u - side, a) }
            columns = matrix(2 * side, 2 * side) { $1 < side ? real($0, $1) : imaginary($0, $1 - side) }
            fromReal = matrix(2 * side, side, real)
            fromImaginary = matrix(2 * side, side, imaginary)
            fromRealMirrored = matrix(2 * side, side) { ($0 < side ? 1 : -1) * real($0, $1) }
            fromImaginaryMirrored = matrix(2 * side, side) { ($0 < side ? 1 : -1) * imaginary($0, $1) }
            // The way back: e^iθ, divided by the number of values.
            let factor = 1 / Double(side * side)
            func realBack(_ a: Int, _ u: Int) -> Double { a < results ? cosine(a, u) : sine(a - results, u) }
            func imaginaryBack(_ a: Int, _ u: Int) -> Double { a < results ? -sine(a, u) : cosine(a - results, u) }
            backReal = matrix(2 * results, side, realBack)
            backImaginary = matrix(2 * results, side, imaginaryBack)
            backImaginaryMirrored = matrix(2 * results, side) { -imaginaryBack($0, $1) }
            backColumns = matrix(2 * results, 2 * side) {
                factor * ($1 < side ? realBack($0, $1) : imaginaryBack($0, $1 - side))
            }
        }

        /// - Parameters:
        ///   - tiles: (T rows, 2, T columns, n).
        ///   - rows: room for as many values.
        ///   - result: the part of frequency (column v, row u): n values at ((v·T + u)·2 + part)·step.
        func forward(
            _ tiles: UnsafePointer<Float>, _ rows: UnsafeMutablePointer<Float>, _ n: Int, into result: UnsafeMutablePointer<Float>,
            step: Int
        ) {
            let row = 2 * side * n
            for a in 0..<side {
                MatrixProduct.multiply(
                    m: 2 * side, n: n, k: 2 * side, columns.pointer, lda: 2 * side, tiles + a * row, ldb: n, rows + a * row, ldc: n)
            }
            for v in 0..<side {
                let isMirrored = v > side / 2
                let (re, im) = isMirrored ? (fromRealMirrored, fromImaginaryMirrored) : (fromReal, fromImaginary)
                for part in 0..<2 {
                    let to = result + (v * side * 2 + part) * step
                    MatrixProduct.multiply(
                        m: side, n: n, k: side, re.pointer + part * side * side, lda: side, rows + v * n, ldb: row, to, ldc: 2 * step)
                    MatrixProduct.multiply(
                        m: side, n: n, k: side, im.pointer + part * side * side, lda: side, rows + (side + v) * n, ldb: row, beta: 1, to,
                        ldc: 2 * step)
                }
            }
        }

        /// - Parameters:
        ///   - products: as the result of `forward`.
        ///   - rows: room for (results, 2, T, n).
        ///   - tiles: (results rows, 2, results columns, n), set.
        func inverse(
            _ products: UnsafePointer<Float>, step: Int, _ rows: UnsafeMutablePointer<Float>, _ n: Int,
            into tiles: UnsafeMutablePointer<Float>
        ) {
            let row = 2 * side * n
            for v in 0..<side {
                let imaginary = v > side / 2 ? backImaginaryMirrored : backImaginary
                for part in 0..<2 {
                    let to = rows + (part * side + v) * n, from = products + v * side * 2 * step
                    MatrixProduct.multiply(
                        m: results, n: n, k: side, backReal.pointer + part * results * side, lda: side, from, ldb: 2 * step, to, ldc: row)
                    MatrixProduct.multiply(
                        m: results, n: n, k: side, imaginary.pointer + part * results * side, lda: side, from + step, ldb: 2 * step,
                        beta: 1,
                        to, ldc: row)
                }
            }
            for a in 0..<results {
                MatrixProduct.multiply(
                    m: 2 * results, n: n, k: 2 * side, backColumns.pointer, lda: 2 * side, rows + a * row, ldb: n,
                    tiles + a * 2 * results * n, ldc: n)
            }
        }
    }
}
