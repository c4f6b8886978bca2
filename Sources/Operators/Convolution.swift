import CKernels
import Tensors

/// Two-dimensional convolution (cross-correlation, as in every deep learning framework) of square kernels.
public enum Convolution {
    /// - Parameters:
    ///   - x: (N, C, H, W).
    ///   - weight: C·k² values for each of the O output channels: (O, C, k, k), or with a leading 1.
    ///   - gain: a factor on the weights, such as the equalized learning rate's 1/√fan-in.
    ///   - stride, padding: of both directions; the padding is zeros.
    ///   - inputScale: (N, C) factors on the input channels: modulation.
    ///   - epilogue: what follows on each output channel.
    /// - Returns: (N, O, (H + 2·padding − k)/stride + 1, the same of W).
    public static func forward(
        _ x: Tensor, weight: Tensor, gain: Float = 1, stride: Int = 1, padding: Int = 0, inputScale: Tensor? = nil,
        epilogue: Epilogue = Epilogue()
    ) -> Tensor {
        let geometry = Geometry(x: x.shape, weight: weight.shape, stride: stride, padding: padding)
        epilogue.check(samples: geometry.samples, channels: geometry.outputs)
        precondition(inputScale.map { $0.count == geometry.samples * geometry.channels } ?? true)
        defer { keepAlive(x, weight, inputScale, epilogue.scale, epilogue.bias) }
        let result = Tensor(
            uninitialized: [geometry.samples, geometry.outputs, geometry.outputHeight, geometry.outputWidth])
        for sample in 0..<geometry.samples {
            let pass = Pass(
                geometry: geometry, sample: sample, gain: gain,
                x: x.pointer + sample * geometry.channels * geometry.height * geometry.width, weight: weight.pointer,
                inputScale: inputScale.map { $0.pointer + sample * geometry.channels }, epilogue: epilogue,
                y: result.mutablePointer + sample * geometry.outputs * geometry.outputSize)
            switch OperatorPath.current {
            case .reference: pass.reference()
            case .fast: pass.fast()
            }
        }
        // Gradients that nobody wants, such as a fixed network's weights', are not computed.
        let (wantsInput, wantsWeight) = (Tape.tracks(x) || Tape.tracks(inputScale), Tape.tracks(weight))
        Tape.record(result, from: [x, weight, inputScale, epilogue.scale, epilogue.bias]) { dy in
            let (before, scale, bias) = epilogue.gradient(dy, output: result)
            let (dx, dWeight, dInputScale) = gradient(
                before, x: x, weight: weight, gain: gain, stride: stride, padding: padding, inputScale: inputScale,
                wantsInput: wantsInput, wantsWeight: wantsWeight)
            return [dx, dWeight, dInputScale, scale, bias]
        }
        return result
    }

    /// The gradients of input, weights and modulation, from that of the plain convolution's output.
    private static func gradient(
        _ dy: Tensor, x: Tensor, weight: Tensor, gain: Float, stride: Int, padding: Int, inputScale: Tensor?,
        wantsInput: Bool, wantsWeight: Bool
    ) -> (x: Tensor?, weight: Tensor?, inputScale: Tensor?) {
        let g = Geometry(x: x.shape, weight: weight.shape, stride: stride, padding: padding)
        defer { keepAlive(dy, x, weight, inputScale) }
        let dWeight = wantsWeight ? Tensor(uninitialized: weight.shape) : nil
        let dx = wantsInput ? Tensor(uninitialized: x.shape) : nil
        let dScale = inputScale.map { Tensor(uninitialized: $0.shape) }
        let size = g.height * g.width
        // A block of input channels at a time: what a thread writes is its own.
        let block = max(1, min(Self.gradientBlock / (g.kernel * g.kernel), (g.channels + Parallel.width - 1) / Parallel.width))
        Parallel.forEach((g.channels + block - 1) / block) { index in
            let channels = index * block..<min(g.channels, (index + 1) * block)
            let taps = channels.count * g.kernel * g.kernel
            let firstTap = channels.lowerBound * g.kernel * g.kernel
            let rows = max(1, min(g.outputHeight, 4 * Pass.bandSize / g.outputWidth))
            let unfolded = Tensor(uninitialized: [taps, rows * g.outputWidth])
            for sample in 0..<g.samples {
                let own = x.pointer + sample * g.channels * size
                let scale = inputScale.map { $0.pointer + sample * g.channels }
                let from = dy.pointer + sample * g.outputs * g.outputSize
                let pass = Pass(
                    geometry: g, sample: sample, gain: gain, x: own, weight: weight.pointer, inputScale: scale,
                    epilogue: Epilogue(), y: unfolded.mutablePointer)
                let to = dx.map { $0.mutablePointer + sample * g.channels * size }
                for channel in channels { (to.map { $0 + channel * size })?.update(repeating: 0, count: size) }
                for first in Swift.stride(from: 0, to: g.outputHeight, by: rows) {
                    let last = min(g.outputHeight, first + rows), pixels = (last - first) * g.outputWidth
                    let band = from + first * g.outputWidth
                    if let dWeight {
                        pass.unfold(channels, first..<last, into: unfolded.mutablePointer)
                        MatrixProduct.multiply(
                            m: g.outputs, n: taps, k: pixels, alpha: gain, band, lda: g.outputSize, unfolded.pointer,
                            ldb: pixels, transposeB: true, beta: sample == 0 && first == 0 ? 0 : 1,
                            dWeight.mutablePointer + firstTap, ldc: g.taps)
                    }
                    guard let to else { continue }
                    MatrixProduct.multiply(
                        m: taps, n: pixels, k: g.outputs, alpha: gain, weight.pointer + firstTap, lda: g.taps,
                        transposeA: true, band, ldb: g.outputSize, unfolded.mutablePointer, ldc: pixels)
                    pass.fold(unfolded.pointer, channels, first..<last, into: to)
                }
                guard let to, let scale, let dScale else { continue }
                // y depends on s·x, so that ds = Σ x·d(s·x) and dx = s·d(s·x).
                for channel in channels {
                    dScale.mutablePointer[sample * g.channels + channel] = kernel_dot(
                        own + channel * size, to + channel * size, size)
                    kernel_copy_scaled_in_place(to + channel * size, size, scale[channel])
                }
            }
            keepAlive(unfolded)
        }
        return (dx, dWeight, dScale)
    }

    /// Rows of the unfolded input in a block of the gradient.
    private static let gradientBlock = 144

    struct Geometry {
        let samples, channels, height, width, outputs, kernel, stride, padding, outputHeight, outputWidth: Int
        var outputSize: Int { outputHeight * outputWidth }
        /// Rows of the unfolded input: one for each input channel and kernel tap.
        var taps: Int { channels * kernel * kernel }

        init(x: [Int], weight: [Int], stride: Int, padding: Int) {
            precondition(x.count == 4 && weight.count >= 4, "input \(x), weight \(weight)")
            (samples, channels, height, width) = (x[0], x[1], x[2], x[3])
            kernel = weight[weight.count - 1]
            outputs = weight[weight.count - 4]
            precondition(
                weight[weight.count - 2] == kernel && weight[weight.count - 3] == channels,
                "weight \(weight) does not fit input \(x)")
            (self.stride, self.padding) = (stride, padding)
            outputHeight = (height + 2 * padding - kernel) / stride + 1
            outputWidth = (width + 2 * padding - kernel) / stride + 1
            precondition(outputHeight > 0 && outputWidth > 0, "kernel \(kernel) is larger than input \(x)")
        }
    }

    /// The convolution of one sample.
    struct Pass {
        let geometry: Geometry
        let sample: Int
        let gain: Float
        let x, weight: UnsafePointer<Float>
        let inputScale: UnsafePointer<Float>?
        let epilogue: Epilogue
        let y: UnsafeMutablePointer<Float>

        /// The definition, loop by loop.
        func reference() {
            let g = geometry
            for output in 0..<g.outputs {
                for row in 0..<g.outputHeight {
                    for column in 0..<g.outputWidth {
                        var sum: Float = 0
                        for channel in 0..<g.channels {
                            let scale = inputScale?[channel] ?? 1
                            for a in 0..<g.kernel {
                                let i = row * g.stride + a - g.padding
                                guard i >= 0, i < g.height else { continue }
                                for b in 0..<g.kernel {
                                    let j = column * g.stride + b - g.padding
                                    guard j >= 0, j < g.width else { continue }
                                    sum += x[(channel * g.height + i) * g.width + j] * scale
                                        * weight[((output * g.channels + channel) * g.kernel + a) * g.kernel + b]
                                }
                            }
                        }
                        y[(output * g.outputHeight + row) * g.outputWidth + column] = epilogue.apply(
                            sum * gain, sample: sample, channel: output, channels: g.outputs)
                    }
                }
            }
        }

        /// The input unfolded band by band, each band small enough to stay in cache, times the weights.
        func fast() {
            let g = geometry
            let rows = max(1, min(g.outputHeight, Self.bandSize / g.outputWidth))
            let bands = (g.outputHeight + rows - 1) / rows
            if g.kernel == 1 && g.stride == 1 && inputScale == nil && g.padding == 0 {
                // The input is its own unfolding.
                Parallel.ranges(g.outputSize, grain: Self.bandSize) { pixels in
                    multiply(x + pixels.lowerBound, stride: g.outputSize, pixels: pixels, outputs: 0..<g.outputs)
                }
            } else if bands >= Parallel.width {
                Parallel.forEach(bands) { band in
                    let first = band * rows, last = min(g.outputHeight, first + rows)
                    let unfolded = Tensor(uninitialized: [g.taps, (last - first) * g.outputWidth])
                    unfold(0..<g.channels, first..<last, into: unfolded.mutablePointer)
                    multiply(
                        unfolded.pointer, stride: unfolded.shape[1],
                        pixels: first * g.outputWidth..<last * g.outputWidth, outputs: 0..<g.outputs)
                    keepAlive(unfolded)
                }
            } else {
                // A small picture: the threads share one unfolding and divide the output channels.
                let unfolded = Tensor(uninitialized: [g.taps, g.outputSize])
                Parallel.ranges(g.channels, grain: 16) { channels in
                    unfold(
                        channels, 0..<g.outputHeight,
                        into: unfolded.mutablePointer + channels.lowerBound * g.kernel * g.kernel * g.outputSize)
                }
                let parts = min(Parallel.width, max(1, g.outputs / 8))
                Parallel.forEach(parts) { part in
                    multiply(
                        unfolded.pointer, stride: g.outputSize, pixels: 0..<g.outputSize,
                        outputs: g.outputs * part / parts..<g.outputs * (part + 1) / parts)
                }
                keepAlive(unfolded)
            }
        }

        /// Output pixels in a band.
        static let bandSize = 512

        /// Writes (channel, tap) rows of the pixels that each tap sees, for whole rows of the output.
        func unfold(_ channels: Range<Int>, _ rows: Range<Int>, into unfolded: UnsafeMutablePointer<Float>) {
            let g = geometry
            var to = unfolded
            for channel in channels {
                let plane = x + channel * g.height * g.width
                let scale = inputScale?[channel] ?? 1
                for a in 0..<g.kernel {
                    for b in 0..<g.kernel {
                        let (first, last) = columns(ofTap: b)
                        for row in rows {
                            let i = row * g.stride + a - g.padding
                            if i < 0 || i >= g.height {
                                to.update(repeating: 0, count: g.outputWidth)
                            } else {
                                to.update(repeating: 0, count: first)
                                kernel_copy_scaled(
                                    to + first, plane + i * g.width + first * g.stride + b - g.padding, last - first,
                                    g.stride, scale)
                                (to + last).update(repeating: 0, count: g.outputWidth - last)
                            }
                            to += g.outputWidth
                        }
                    }
                }
            }
        }

        /// The reverse of `unfold`: adds every (channel, tap) row to the pixels that it came from.
        func fold(
            _ unfolded: UnsafePointer<Float>, _ channels: Range<Int>, _ rows: Range<Int>,
            into x: UnsafeMutablePointer<Float>
        ) {
            let g = geometry
            var from = unfolded
            for channel in channels {
                let plane = x + channel * g.height * g.width
                for a in 0..<g.kernel {
                    for b in 0..<g.kernel {
                        let (first, last) = columns(ofTap: b)
                        for row in rows {
                            let i = row * g.stride + a - g.padding
                            if i >= 0, i < g.height {
                                kernel_add_strided(
                                    plane + i * g.width + first * g.stride + b - g.padding, from + first,
                                    last - first, g.stride)
                            }
                            from += g.outputWidth
                        }
                    }
                }
            }
        }

        /// The output columns, first and past the last, whose tap in column `b` of the kernel falls inside the input.
        @inline(__always)
        private func columns(ofTap b: Int) -> (first: Int, last: Int) {
            let g = geometry
            let first = min(g.outputWidth, max(0, (g.padding - b + g.stride - 1) / g.stride))
            let reach = g.width - 1 + g.padding - b
            return (first, reach < 0 ? first : max(first, min(g.outputWidth, reach / g.stride + 1)))
        }

        func multiply(_ unfolded: UnsafePointer<Float>, stride: Int, pixels: Range<Int>, outputs: Range<Int>) {
            let g = geometry
            let to = y + outputs.lowerBound * g.outputSize + pixels.lowerBound
            MatrixProduct.multiply(
                m: outputs.count, n: pixels.count, k: g.taps, alpha: gain,
                weight + outputs.lowerBound * g.taps, lda: g.taps, unfolded, ldb: stride, to, ldc: g.outputSize)
            if epilogue.isIdentity { return }
            for output in outputs {
                let (scale, bias) = epilogue.factors(sample: sample, channel: output, channels: g.outputs)
                kernel_scale_bias_activate(
                    y + output * g.outputSize + pixels.lowerBound, pixels.count, scale, bias,
                    epilogue.activation ? 1 : 0)
            }
        }
    }
}
