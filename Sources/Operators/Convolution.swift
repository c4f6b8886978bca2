import CKernels
import Tensors

/// Two-dimensional convolution (cross-correlation, as in every deep learning framework) of square kernels.
public enum Convolution {
    /// - Parameters:
    ///   - x: (N, C, H, W).
    ///   - weight: (O, C, k, k), or with a leading 1, and a factor on them.
    ///   - stride, padding: in both directions; the padding is zeros.
    ///   - inputScale: (N, C) factors on the input channels: modulation.
    ///   - epilogue: scale, bias and activation of the output channels.
    /// - Returns: (N, O, (H + 2·padding − k)/stride + 1, (W + 2·padding − k)/stride + 1).
    public static func forward(
        _ x: Tensor, weight: ConvolutionWeights, stride: Int = 1, padding: Int = 0, inputScale: Tensor? = nil,
        epilogue: Epilogue = Epilogue()
    ) -> Tensor {
        let geometry = Geometry(x: x.shape, weight: weight, stride: stride, padding: padding)
        epilogue.check(samples: geometry.samples, channels: geometry.outputs)
        precondition(
            inputScale.map { $0.count == geometry.samples * geometry.channels } ?? true,
            "input scale for \(geometry.samples)×\(geometry.channels)")
        // Gradients that nobody wants, such as those of a fixed network's weights, are not computed.
        let (wantsInput, wantsWeight) = (Tape.tracks(x) || Tape.tracks(inputScale), Tape.tracks(weight.tensor))
        return Operator.convolution.run(
            on: [x, weight.tensor, inputScale, epilogue.scale, epilogue.bias], constants: [weight.rectangle],
            detail: geometry.description, operations: geometry.operations
        ) {
            let result = Tensor(uninitialized: [geometry.samples, geometry.outputs, geometry.outputHeight, geometry.outputWidth])
            compute(geometry, x, weight, inputScale, epilogue, into: result.mutablePointer)
            return result
        } backward: { dy, result in
            let (before, scale, bias) = epilogue.gradient(dy, output: result)
            let (dx, dWeight, dInputScale) = gradient(
                before, geometry, x: x, weight: weight, inputScale: inputScale, wantsInput: wantsInput,
                wantsWeight: wantsWeight)
            return [dx, dWeight, dInputScale, scale, bias]
        }
    }

    private static func compute(
        _ geometry: Geometry, _ x: Tensor, _ weight: ConvolutionWeights, _ inputScale: Tensor?, _ epilogue: Epilogue,
        into y: UnsafeMutablePointer<Float>
    ) {
        let products = TapProducts.chosen(for: weight)
        switch OperatorPath.current {
        case .reference:
            reference(geometry, x, weight, inputScale, epilogue, into: y)
        case .fast where geometry.coversAll && inputScale == nil:
            covering(geometry, x, weight, epilogue, into: y)
        case .fast where ShiftedConvolution.pays(geometry) && inputScale == nil:
            ShiftedConvolution.run(geometry, x: x.pointer, weight: weight, into: y, epilogue: epilogue)
        case .fast where products != .tiles && inputScale == nil && geometry.fourier.map(FourierConvolution.pays) ?? false:
            let (sizes, weights) = (geometry.fourier!, weight.fourier())
            for sample in 0..<geometry.samples {
                FourierConvolution(geometry: sizes, weights: weights, x: x.pointer + sample * geometry.channels * sizes.size)
                    .run(into: y + sample * geometry.outputs * sizes.size, epilogue: epilogue, sample: sample)
            }
        case .fast where products != .tiles && WinogradConvolution.pays(geometry):
            WinogradConvolution(
                samples: geometry.samples, channels: geometry.channels, outputs: geometry.outputs, height: geometry.height,
                width: geometry.width, weights: weight, x: x.pointer, inputScale: inputScale?.pointer, products: products.ofTransforms
            ).run(into: y, epilogue: epilogue)
        case .fast where products != .tiles && geometry.isHalvedInPhases:
            PolyphaseConvolution(
                direction: .halving, samples: geometry.samples, channels: geometry.channels, outputs: geometry.outputs,
                tall: geometry.outputHeight / 4, wide: geometry.outputWidth / 4, weights: weight, x: x.pointer, height: geometry.height,
                width: geometry.width, inputScale: inputScale?.pointer, elements: products.ofTransforms
            ).halve(into: y, epilogue: epilogue)
        case .fast:
            TapConvolution(
                geometry.plan, geometry.source(x, scale: inputScale), samples: geometry.samples, weights: weight,
                products: products
            ).run(into: y, epilogue: epilogue)
        }
    }

    /// Convolution with weights that are used once.
    ///
    /// - Parameter gain: a factor on the weights.
    public static func forward(
        _ x: Tensor, weight: Tensor, gain: Float = 1, stride: Int = 1, padding: Int = 0, inputScale: Tensor? = nil,
        epilogue: Epilogue = Epilogue()
    ) -> Tensor {
        forward(
            x, weight: ConvolutionWeights(weight, gain: gain), stride: stride, padding: padding, inputScale: inputScale,
            epilogue: epilogue)
    }

    /// The gradients of input, weights and modulation, from that of the output before the epilogue.
    private static func gradient(
        _ dy: Tensor, _ g: Geometry, x: Tensor, weight: ConvolutionWeights, inputScale: Tensor?, wantsInput: Bool,
        wantsWeight: Bool
    ) -> (x: Tensor?, weight: Tensor?, inputScale: Tensor?) {
        if g.coversAll && inputScale == nil {
            let (dx, dWeight) = coveringGradient(dy, g, x: x, weight: weight)
            return (dx, dWeight, nil)
        }
        defer { keepAlive(dy) }
        let isWinograd = WinogradConvolution.pays(g), dWeight = wantsWeight ? Tensor(zeros: weight.tensor.shape) : nil
        let arriving = TapOperand.Source(
            values: dy.pointer, channels: g.outputs, height: g.outputHeight, width: g.outputWidth, scale: nil)
        if let dWeight {
            if isWinograd {
                WinogradConvolution(
                    samples: g.samples, channels: g.channels, outputs: g.outputs, height: g.height, width: g.width, weights: weight,
                    x: x.pointer, inputScale: inputScale?.pointer
                ).addWeightGradient(dy.pointer, into: dWeight.mutablePointer)
            } else {
                let area = g.kernel * g.kernel
                TapConvolution.weightGradient(
                    g.plan, samples: g.samples, arriving: arriving, read: g.source(x, scale: inputScale),
                    into: dWeight.mutablePointer, step: g.channels * area, otherStep: area)
            }
            Scaling.inPlace(dWeight, by: weight.gain)
        }
        guard wantsInput else { return (nil, dWeight, nil) }
        let dx = Tensor(uninitialized: x.shape)
        let plan = TapPlan.transpose(
            kernel: g.kernel, stride: g.stride, padding: g.padding, rows: g.height, columns: g.width)
        let back = TapConvolution(plan, arriving, samples: g.samples, weights: weight, isAdjoint: true)
        if isWinograd {
            WinogradConvolution(
                samples: g.samples, channels: g.outputs, outputs: g.channels, height: g.height, width: g.width,
                weights: weight, isAdjoint: true, x: dy.pointer, inputScale: nil
            ).run(into: dx.mutablePointer, epilogue: Epilogue())
        } else if g.stride == 1 {
            back.run(into: dx.mutablePointer)
        } else {
            let (stride, to) = (g.stride, dx.mutablePointer)
            back.runGrids(rows: plan.rows) { grids in
                for (place, channel) in grids.channels.enumerated() {
                    let own = to + (grids.sample * g.channels + channel) * g.height * g.width
                    for (index, grid) in grids.pointers.enumerated() {
                        let (e, f) = (index / stride, index % stride)
                        for row in grids.rows where row * stride + e < g.height {
                            kernel_copy_strided(
                                own + (row * stride + e) * g.width + f, grid! + place * grids.plane + (row - grids.first) * grids.stride,
                                plan.grids[index].columns, stride)
                        }
                    }
                }
            }
        }
        let dScale = inputScale.map { Self.demodulate(dx, x: x, scale: $0) }
        return (dx, dWeight, dScale)
    }

    /// ds = Σ x·d(s·x) and, in place, dx = s·d(s·x): the gradients of input and modulation from that of their product.
    static func demodulate(_ dx: Tensor, x: Tensor, scale: Tensor) -> Tensor {
        let dScale = Tensor(uninitialized: scale.shape), size = x.count / scale.count
        let (to, from, factors, sums) = (dx.mutablePointer, x.pointer, scale.pointer, dScale.mutablePointer)
        Parallel.ranges(scale.count, grain: max(1, 8192 / size)) { planes in
            for plane in planes {
                sums[plane] = kernel_dot(from + plane * size, to + plane * size, size)
                kernel_copy_scaled_in_place(to + plane * size, size, factors[plane])
            }
        }
        return dScale
    }

    struct Geometry {
        let samples, channels, height, width, outputs, kernel, stride, padding, outputHeight, outputWidth: Int
        /// See `ConvolutionWeights`.
        let places: [Int]

        init(x: [Int], weight: ConvolutionWeights, stride: Int, padding: Int) {
            precondition(x.count == 4 && x[1] == weight.channels, "weight \(weight.tensor.shape) does not fit input \(x)")
            (samples, channels, height, width) = (x[0], x[1], x[2], x[3])
            (outputs, kernel, places) = (weight.outputs, weight.kernel, weight.places)
            (self.stride, self.padding) = (stride, padding)
            outputHeight = (height + 2 * padding - kernel) / stride + 1
            outputWidth = (width + 2 * padding - kernel) / stride + 1
            precondition(outputHeight > 0 && outputWidth > 0, "kernel \(kernel) is larger than input \(x)")
        }

        var description: String {
            "\(kernel)×\(kernel)\(stride > 1 ? " stride \(stride)" : "") \(channels)→\(outputs), "
                + "\(outputHeight)×\(outputWidth)"
        }

        var operations: Int { 2 * samples * outputs * outputHeight * outputWidth * channels * places.count }

        /// Whether the kernel is as large as the picture: the convolution is a linear layer.
        var coversAll: Bool { height == kernel && width == kernel && padding == 0 }

        /// Whether it halves the sides, and the phases' way is the fastest.
        var isHalvedInPhases: Bool {
            kernel == 3 && places.count == 9 && stride == 2 && padding == 0
                && PolyphaseConvolution.pays(height: outputHeight, width: outputWidth, channels: channels, outputs: outputs)
        }

        /// The measures for transforms of planes; nil where the size changes, or taps are left out.
        var fourier: FourierConvolution.Geometry? {
            guard stride == 1, kernel % 2 == 1, padding == kernel / 2, places.count == kernel * kernel else { return nil }
            return .init(
                channels: channels, depth: 1, height: height, width: width, outputs: outputs, kernel: kernel, planes: 1)
        }

        var plan: TapPlan {
            .convolution(
                kernel: kernel, places: places, stride: stride, padding: padding, rows: outputHeight, columns: outputWidth)
        }

        func source(_ x: Tensor, scale: Tensor?) -> TapOperand.Source {
            TapOperand.Source(values: x.pointer, channels: channels, height: height, width: width, scale: scale?.pointer)
        }
    }

    // MARK: A kernel as large as the picture

    private static func covering(
        _ g: Geometry, _ x: Tensor, _ weight: ConvolutionWeights, _ epilogue: Epilogue,
        into y: UnsafeMutablePointer<Float>
    ) {
        Linear.product(
            x.pointer, samples: g.samples, weight: weight.tensor.pointer, inputs: x.count / g.samples, outputs: g.outputs,
            gain: weight.gain, into: y)
        guard !epilogue.isIdentity else { return }
        for sample in 0..<g.samples {
            for output in 0..<g.outputs {
                y[sample * g.outputs + output] = epilogue.apply(
                    y[sample * g.outputs + output], sample: sample, channel: output, channels: g.outputs)
            }
        }
    }

    private static func coveringGradient(
        _ dy: Tensor, _ g: Geometry, x: Tensor, weight: ConvolutionWeights
    ) -> (x: Tensor, weight: Tensor) {
        let size = x.count / g.samples
        let dx = Tensor(uninitialized: x.shape), dWeight = Tensor(uninitialized: weight.tensor.shape)
        MatrixProduct.multiply(
            m: g.samples, n: size, k: g.outputs, alpha: weight.gain, dy.pointer, lda: g.outputs, weight.tensor.pointer,
            ldb: size, dx.mutablePointer, ldc: size)
        MatrixProduct.multiply(
            m: g.outputs, n: size, k: g.samples, alpha: weight.gain, dy.pointer, lda: g.outputs, transposeA: true,
            x.pointer, ldb: size, dWeight.mutablePointer, ldc: size)
        keepAlive(dy)
        return (dx, dWeight)
    }

    // MARK: The definition

    private static func reference(
        _ g: Geometry, _ x: Tensor, _ weight: ConvolutionWeights, _ inputScale: Tensor?, _ epilogue: Epilogue,
        into y: UnsafeMutablePointer<Float>
    ) {
        let (x, w) = (x.pointer, weight.tensor.pointer)
        for sample in 0..<g.samples {
            for output in 0..<g.outputs {
                for row in 0..<g.outputHeight {
                    for column in 0..<g.outputWidth {
                        var sum: Float = 0
                        for channel in 0..<g.channels {
                            let scale = inputScale?.pointer[sample * g.channels + channel] ?? 1
                            let plane = x + (sample * g.channels + channel) * g.height * g.width
                            for a in 0..<g.kernel {
                                let i = row * g.stride + a - g.padding
                                guard i >= 0, i < g.height else { continue }
                                for b in 0..<g.kernel {
                                    let j = column * g.stride + b - g.padding
                                    guard j >= 0, j < g.width else { continue }
                                    sum +=
                                        plane[i * g.width + j] * scale
                                        * w[((output * g.channels + channel) * g.kernel + a) * g.kernel + b]
                                }
                            }
                        }
                        y[((sample * g.outputs + output) * g.outputHeight + row) * g.outputWidth + column] = epilogue.apply(
                            sum * weight.gain, sample: sample, channel: output, channels: g.outputs)
                    }
                }
            }
        }
    }
}
