import CKernels
import Tensors

/// Convolution that doubles the resolution: a stride-2 transposed 3×3 convolution, then the blur [1,3,3,1] with gain 4
/// (StyleGAN2's upsampling layer).
public enum UpsamplingConvolution {
    /// The weights (O, C, 3, 3) in the order that `forward` wants them: (O, 9, C).
    public static func prepare(_ weight: Tensor) -> Tensor {
        let channels = weight.shape[weight.shape.count - 3], outputs = weight.shape[weight.shape.count - 4]
        precondition(weight.count == outputs * channels * 9, "expected a 3×3 weight, found \(weight.shape)")
        defer { keepAlive(weight) }
        let result = Tensor(uninitialized: [outputs, 9, channels])
        let (from, to) = (weight.pointer, result.mutablePointer)
        Parallel.ranges(outputs, grain: 8) { range in
            for output in range {
                for channel in 0..<channels {
                    for tap in 0..<9 {
                        to[(output * 9 + tap) * channels + channel] = from[(output * channels + channel) * 9 + tap]
                    }
                }
            }
        }
        Tape.record(result, from: [weight]) { gradient in
            let dWeight = Tensor(uninitialized: weight.shape)
            let (from, to) = (gradient.pointer, dWeight.mutablePointer)
            Parallel.ranges(outputs, grain: 8) { range in
                for output in range {
                    for channel in 0..<channels {
                        for tap in 0..<9 {
                            to[(output * channels + channel) * 9 + tap] = from[(output * 9 + tap) * channels + channel]
                        }
                    }
                }
            }
            keepAlive(gradient)
            return [dWeight]
        }
        return result
    }

    /// - Parameters:
    ///   - x: (N, C, H, W).
    ///   - weight: (O, 9, C), from `prepare`.
    ///   - gain: a factor on the weights.
    ///   - inputScale: (N, C) factors on the input channels: modulation.
    ///   - epilogue: what follows on each output channel, after the blur.
    /// - Returns: (N, O, 2·H, 2·W).
    public static func forward(
        _ x: Tensor, weight: Tensor, gain: Float = 1, inputScale: Tensor? = nil, epilogue: Epilogue = Epilogue()
    ) -> Tensor {
        let (samples, channels, height, width) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3])
        let outputs = weight.shape[0]
        precondition(weight.shape == [outputs, 9, channels], "weight \(weight.shape) does not fit input \(x.shape)")
        epilogue.check(samples: samples, channels: outputs)
        defer { keepAlive(x, weight, inputScale, epilogue.scale, epilogue.bias) }
        let result = Tensor(uninitialized: [samples, outputs, 2 * height, 2 * width])
        for sample in 0..<samples {
            let pass = Pass(
                channels: channels, height: height, width: width, outputs: outputs, sample: sample, gain: gain,
                x: x.pointer + sample * channels * height * width, weight: weight.pointer,
                inputScale: inputScale.map { $0.pointer + sample * channels }, epilogue: epilogue,
                y: result.mutablePointer + sample * outputs * 4 * height * width)
            switch OperatorPath.current {
            case .reference: pass.reference()
            case .fast: pass.fast()
            }
        }
        Tape.record(result, from: [x, weight, inputScale, epilogue.scale, epilogue.bias]) { dy in
            let (before, scale, bias) = epilogue.gradient(dy, output: result)
            let (dx, dWeight, dInputScale) = gradient(before, x: x, weight: weight, gain: gain, inputScale: inputScale)
            return [dx, dWeight, dInputScale, scale, bias]
        }
        return result
    }

    /// The gradients of input, prepared weights and modulation, from that of the blurred output.
    private static func gradient(
        _ dy: Tensor, x: Tensor, weight: Tensor, gain: Float, inputScale: Tensor?
    ) -> (x: Tensor, weight: Tensor, inputScale: Tensor?) {
        let (samples, channels, height, width) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3])
        let outputs = weight.shape[0], size = height * width, large = (2 * height + 1) * (2 * width + 1)
        defer { keepAlive(x, weight, inputScale) }
        // The blur is symmetric: back through it by the same filter with the other padding.
        let dLarge = Blur.forward(dy, before: 2, after: 2, gain: 4)
        let dx = Tensor(uninitialized: x.shape), dWeight = Tensor(uninitialized: weight.shape)
        let dScale = inputScale.map { Tensor(uninitialized: $0.shape) }
        let products = Tensor(uninitialized: [outputs, 9, size]), scaled = Tensor(uninitialized: [channels, size])
        for sample in 0..<samples {
            let from = dLarge.pointer + sample * outputs * large, gathered = products.mutablePointer
            Parallel.ranges(outputs, grain: 1) { range in
                for output in range {
                    kernel_separate_products(gathered + output * 9 * size, from + output * large, height, width)
                }
            }
            let own = x.pointer + sample * channels * size, copy = scaled.mutablePointer
            let scale = inputScale.map { $0.pointer + sample * channels }
            Parallel.ranges(channels, grain: max(1, 16384 / size)) { range in
                for channel in range {
                    kernel_copy_scaled(copy + channel * size, own + channel * size, size, 1, scale?[channel] ?? 1)
                }
            }
            let rows = dWeight.mutablePointer, to = dx.mutablePointer + sample * channels * size
            Parallel.ranges(outputs * 9, grain: 36) { range in
                MatrixProduct.multiply(
                    m: range.count, n: channels, k: size, alpha: gain, products.pointer + range.lowerBound * size,
                    lda: size, scaled.pointer, ldb: size, transposeB: true, beta: sample == 0 ? 0 : 1,
                    rows + range.lowerBound * channels, ldc: channels)
            }
            let parts = min(Parallel.width, max(1, channels / 8))
            Parallel.forEach(parts) { part in
                let range = channels * part / parts..<channels * (part + 1) / parts
                MatrixProduct.multiply(
                    m: range.count, n: size, k: outputs * 9, alpha: gain, weight.pointer + range.lowerBound,
                    lda: channels, transposeA: true, products.pointer, ldb: size, to + range.lowerBound * size, ldc: size)
                guard let scale, let dScale else { return }
                for channel in range {
                    dScale.mutablePointer[sample * channels + channel] = kernel_dot(
                        own + channel * size, to + channel * size, size)
                    kernel_copy_scaled_in_place(to + channel * size, size, scale[channel])
                }
            }
        }
        keepAlive(dLarge, products, scaled)
        return (dx, dWeight, dScale)
    }

    /// The operator on one sample.
    struct Pass {
        let channels, height, width, outputs, sample: Int
        let gain: Float
        let x, weight: UnsafePointer<Float>
        let inputScale: UnsafePointer<Float>?
        let epilogue: Epilogue
        let y: UnsafeMutablePointer<Float>

        /// The definition: scatter every input value through the 3×3 kernel, then blur.
        func reference() {
            let tall = 2 * height + 1, wide = 2 * width + 1
            for output in 0..<outputs {
                var large = [Float](repeating: 0, count: tall * wide)
                for channel in 0..<channels {
                    let scale = inputScale?[channel] ?? 1
                    for i in 0..<height {
                        for j in 0..<width {
                            let value = x[(channel * height + i) * width + j] * scale * gain
                            for tap in 0..<9 {
                                large[(2 * i + tap / 3) * wide + 2 * j + tap % 3] +=
                                    value * weight[(output * 9 + tap) * channels + channel]
                            }
                        }
                    }
                }
                let plane = y + output * 4 * height * width
                large.withUnsafeBufferPointer {
                    Blur.referencePlane(
                        $0.baseAddress!, height: tall, width: wide, before: 1, stride: 1, gain: 4, into: plane,
                        outputHeight: 2 * height, outputWidth: 2 * width)
                }
                for index in 0..<4 * height * width {
                    plane[index] = epilogue.apply(plane[index], sample: sample, channel: output, channels: outputs)
                }
            }
        }

        /// Nine matrix products for a block of output channels at a time, interleaved and blurred while in cache.
        func fast() {
            let size = height * width
            var features = x
            var scaled: Tensor?
            if let inputScale {
                let copy = Tensor(uninitialized: [channels, size])
                let to = copy.mutablePointer
                Parallel.ranges(channels, grain: max(1, 65536 / size)) { range in
                    for channel in range {
                        kernel_copy_scaled(to + channel * size, x + channel * size, size, 1, inputScale[channel])
                    }
                }
                features = copy.pointer
                scaled = copy
            }
            let block = max(1, min((outputs + Parallel.width - 1) / Parallel.width, Self.blockSize / (9 * size)))
            let blocks = (outputs + block - 1) / block
            Parallel.forEach(blocks) { index in
                let first = index * block, count = min(block, outputs - first)
                let products = Tensor(uninitialized: [block, 9, size])
                MatrixProduct.multiply(
                    m: count * 9, n: size, k: channels, alpha: gain, weight + first * 9 * channels, lda: channels,
                    features, ldb: size, products.mutablePointer, ldc: size)
                let large = Tensor(uninitialized: [2 * height + 1, 2 * width + 1])
                let row = Tensor(uninitialized: [2 * width + 1 + 16])
                for output in first..<first + count {
                    kernel_interleave_products(
                        large.mutablePointer, products.pointer + (output - first) * 9 * size, height, width)
                    let (scale, bias) = epilogue.factors(sample: sample, channel: output, channels: outputs)
                    kernel_blur_plane(
                        y + output * 4 * size, 2 * height, 2 * width, large.pointer, 2 * height + 1, 2 * width + 1, 1,
                        1, 4, scale, bias, epilogue.activation ? 1 : 0, row.mutablePointer)
                }
                keepAlive(products, large, row)
            }
            keepAlive(scaled)
        }

        /// Values in a block of products: 4 MiB.
        static let blockSize = 1 << 20
    }
}
