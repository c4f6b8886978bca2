import CKernels
import Tensors

extension WinogradConvolution {
    /// Adds the gradient of the weights, without their gain: the adjoint of `run` in them, dW = Gᵀ·(Σ (A·dy·Aᵀ) ⊙ (Bᵀ·x·B))·G over all tiles.
    ///
    /// - Parameters:
    ///   - dy: (N, outputs, H, W), the gradient of the results.
    ///   - result: (outputs, channels, 3, 3).
    func addWeightGradient(_ dy: UnsafePointer<Float>, into result: UnsafeMutablePointer<Float>) {
        precondition(!isAdjoint && products == .float32)
        let tiles = tall * wide, bands = Self.bands(samples: samples, tiles: tiles, planes: channels + outputs)
        let room = (bands.map { $0.samples.count * $0.tiles.count }.max()! + Self.multiple - 1) / Self.multiple * Self.multiple
        let (step, ownStep, productStep) = (channels * room + Self.pad, outputs * room + Self.pad, outputs * channels)
        let input = Tensor(uninitialized: [36, step]), arriving = Tensor(uninitialized: [36, ownStep])
        let sums = Tensor(zeros: [36, productStep])
        let (v, u, m) = (input.mutablePointer, arriving.mutablePointer, sums.mutablePointer)
        let offsets = (0..<channels).map { $0 * room }
        for band in bands {
            let count = band.samples.count * band.tiles.count, width = (count + Self.multiple - 1) / Self.multiple * Self.multiple
            /// Transforms the band of a plane; what a line has beyond is zeros.
            func forEachSample(_ to: UnsafeMutablePointer<Float>, _ step: Int, _ body: (Int, UnsafeMutablePointer<Float>) -> Void) {
                for (place, sample) in band.samples.enumerated() { body(sample, to + place * band.tiles.count) }
                if count < width { for k in 0..<36 { (to + k * step + count).update(repeating: 0, count: width - count) } }
            }
            Parallel.ranges(channels + outputs, grain: 4) { range in
                for plane in range {
                    if plane < channels {
                        forEachSample(v + plane * room, step) { sample, to in
                            transform(band.tiles.count, from: band.tiles.lowerBound, sample: sample, plane: plane, into: to, step: step)
                        }
                    } else {
                        let output = plane - channels
                        forEachSample(u + output * room, ownStep) { sample, to in
                            let from = dy + (sample * outputs + output) * height * self.width
                            forEachRow(band.tiles.count, from: band.tiles.lowerBound) { row, column, run, place in
                                kernel_winograd_gradient(to + place, ownStep, from, self.width, row, column, run)
                            }
                        }
                    }
                }
            }
            // Many threads also share each product.
            let parts = min(outputs, (Parallel.width + 3) / 4)
            Parallel.forEach(36 * parts) { job in
                let k = job / parts, first = outputs * (job % parts) / parts, last = outputs * (job % parts + 1) / parts
                kernel_tap_gradient(
                    m + k * productStep + first * channels, channels, last - first, channels, offsets, v + k * step, 1, [0],
                    u + k * ownStep + first * room, room, 0, width)
            }
        }
        Parallel.ranges(outputs, grain: 4) { range in
            for output in range {
                kernel_winograd_weight_gradient(
                    result + output * channels * 9, m + output * channels, productStep, channels)
            }
        }
        keepAlive(input, arriving, sums)
    }

    /// Lines have a multiple of so many values, as `kernel_tap_gradient` wants them.
    private static let multiple = 16

    /// Tiles whose transforms stay in the cache: some of one sample, or all of some samples.
    private static func bands(samples: Int, tiles: Int, planes: Int) -> [(samples: Range<Int>, tiles: Range<Int>)] {
        let most = max(multiple, gradientValues / (36 * planes))
        if tiles > most {
            let parts = (tiles + most - 1) / most
            return (0..<samples * parts).map { index in
                let (sample, part) = (index / parts, index % parts)
                return (sample..<sample + 1, tiles * part / parts..<tiles * (part + 1) / parts)
            }
        }
        return stride(from: 0, to: samples, by: most / tiles).map { ($0..<min(samples, $0 + most / tiles), 0..<tiles) }
    }

    /// Values of transformed input and gradients at a time.
    private static let gradientValues = 1 << 20
}
