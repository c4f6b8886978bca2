import CKernels
import Tensors

/// Convolution that doubles the resolution: a stride-2 transposed 3×3 convolution, then the blur [1,3,3,1] with gain 4
/// (StyleGAN2's upsampling layer).
public enum UpsamplingConvolution {
    /// - Parameters:
    ///   - x: (N, C, H, W).
    ///   - weight: (O, C, 3, 3), or with a leading 1, and the factor on them.
    ///   - inputScale: (N, C) factors on the input channels: modulation.
    ///   - epilogue: what follows on each output channel, after the blur.
    /// - Returns: (N, O, 2·H, 2·W).
    public static func forward(
        _ x: Tensor, weight: ConvolutionWeights, inputScale: Tensor? = nil, epilogue: Epilogue = Epilogue()
    ) -> Tensor {
        let (samples, channels, height, width) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3])
        let outputs = weight.outputs
        precondition(
            weight.channels == channels && weight.kernel == 3, "weight \(weight.tensor.shape) does not fit input \(x.shape)")
        epilogue.check(samples: samples, channels: outputs)
        precondition(inputScale.map { $0.count == samples * channels } ?? true, "input scale for \(samples)×\(channels)")
        return Operator.upsamplingConvolution.run(
            on: [x, weight.tensor, inputScale, epilogue.scale, epilogue.bias], constants: [weight.rectangle],
            detail: "3×3 \(channels)→\(outputs), \(2 * height)×\(2 * width)",
            operations: 2 * samples * outputs * height * width * 9 * channels
        ) {
            let result = Tensor(uninitialized: [samples, outputs, 2 * height, 2 * width])
            switch OperatorPath.current {
            case .reference: reference(x, weight, inputScale, epilogue, into: result.mutablePointer)
            case .fast: fast(x, weight, inputScale, epilogue, into: result.mutablePointer)
            }
            return result
        } backward: { dy, result in
            let (before, scale, bias) = epilogue.gradient(dy, output: result)
            let (dx, dWeight, dInputScale) = gradient(before, x: x, weight: weight, inputScale: inputScale)
            return [dx, dWeight, dInputScale, scale, bias]
        }
    }

    /// Computes the transposed convolution in four grids, and blurs and interleaves them while they are in the cache.
    private static func fast(
        _ x: Tensor, _ weight: ConvolutionWeights, _ inputScale: Tensor?, _ epilogue: Epilogue,
        into y: UnsafeMutablePointer<Float>
    ) {
        let (samples, channels, height, width) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3])
        let outputs = weight.outputs, products = TapProducts.chosen(for: weight)
        func blur(_ grids: TapConvolution.Grids) {
            Tensor.withScratch(2 * width + 48) { scratch in
                for (place, channel) in grids.channels.enumerated() {
                    let (scale, bias) = epilogue.factors(sample: grids.sample, channel: channel, channels: outputs)
                    kernel_blur_grids(
                        y + (grids.sample * outputs + channel) * 4 * height * width, grids.pointers, place * grids.plane, grids.stride,
                        grids.rows.lowerBound, grids.rows.upperBound, grids.first, height, width, 4, scale, bias,
                        epilogue.activation.kernel, scratch)
                }
            }
        }
        if products != .tiles, PolyphaseConvolution.pays(height: height, width: width, channels: channels, outputs: outputs) {
            return PolyphaseConvolution(
                direction: .doubling, samples: samples, channels: channels, outputs: outputs, tall: height / 4, wide: width / 4,
                weights: weight, x: x.pointer, height: height, width: width, inputScale: inputScale?.pointer,
                elements: products.ofTransforms
            ).double(blur)
        }
        let source = TapOperand.Source(
            values: x.pointer, channels: channels, height: height, width: width, scale: inputScale?.pointer)
        func convolution(_ plan: TapPlan) -> TapConvolution {
            TapConvolution(plan, source, samples: samples, weights: weight, products: products)
        }
        // Small pictures are multiplied without the margins, which would take a large part of them, and the products added afterwards.
        let small = convolution(.products(kernel: 3, rows: height, columns: width))
        if height * width <= 256, small.takesWholePictures {
            let stride = width + 1, room = (height + 1) * stride
            return small.runGrids(rows: height) { products in
                Tensor.withScratch(4 * room * products.channels.count) { sums in
                    for place in 0..<products.channels.count {
                        kernel_add_taps(sums + 4 * room * place, products.pointers, place * products.plane, height, width)
                    }
                    blur(
                        .init(
                            sample: products.sample, channels: products.channels, rows: products.rows, first: 0,
                            pointers: (0..<4).map { UnsafePointer(sums + room * $0) }, plane: 4 * room, stride: stride))
                }
            }
        }
        convolution(.transpose(kernel: 3, stride: 2, padding: 0, rows: 2 * height + 1, columns: 2 * width + 1))
            .runGrids(rows: height, halo: 1, blur)
    }

    /// The gradients of input, weights and modulation, from that of the blurred output.
    private static func gradient(
        _ dy: Tensor, x: Tensor, weight: ConvolutionWeights, inputScale: Tensor?
    ) -> (x: Tensor, weight: Tensor, inputScale: Tensor?) {
        let (samples, channels, height, width) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3])
        // The blur is symmetric: its gradient is the same filter with the other padding.
        let dLarge = Blur.forward(dy, before: 2, after: 2, gain: 4)
        let dx = Tensor(uninitialized: x.shape), dWeight = Tensor(zeros: weight.tensor.shape)
        // The transpose of the transposed convolution is the convolution.
        let plan = TapPlan.convolution(kernel: 3, places: Array(0..<9), stride: 2, padding: 0, rows: height, columns: width)
        let arrived = TapOperand.Source(
            values: dLarge.pointer, channels: weight.outputs, height: 2 * height + 1, width: 2 * width + 1, scale: nil)
        let features = TapOperand.Source(
            values: x.pointer, channels: channels, height: height, width: width, scale: inputScale?.pointer)
        TapConvolution(plan, arrived, samples: samples, weights: weight, isAdjoint: true).run(into: dx.mutablePointer)
        TapConvolution.weightGradient(
            plan, samples: samples, arriving: features, read: arrived, into: dWeight.mutablePointer, step: 9,
            otherStep: 9 * channels)
        Scaling.inPlace(dWeight, by: weight.gain)
        keepAlive(dLarge)
        let dScale = inputScale.map { Convolution.demodulate(dx, x: x, scale: $0) }
        return (dx, dWeight, dScale)
    }

    /// The definition: every input value is scattered by the 3×3 kernel, then the blur.
    private static func reference(
        _ x: Tensor, _ weight: ConvolutionWeights, _ inputScale: Tensor?, _ epilogue: Epilogue,
        into y: UnsafeMutablePointer<Float>
    ) {
        let (samples, channels, height, width) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3])
        let outputs = weight.outputs, tall = 2 * height + 1, wide = 2 * width + 1
        let (x, w) = (x.pointer, weight.tensor.pointer)
        for sample in 0..<samples {
            for output in 0..<outputs {
                var large = [Float](repeating: 0, count: tall * wide)
                for channel in 0..<channels {
                    let scale = inputScale?.pointer[sample * channels + channel] ?? 1
                    for i in 0..<height {
                        for j in 0..<width {
                            let value = x[((sample * channels + channel) * height + i) * width + j] * scale * weight.gain
                            for tap in 0..<9 {
                                large[(2 * i + tap / 3) * wide + 2 * j + tap % 3] +=
                                    value * w[(output * channels + channel) * 9 + tap]
                            }
                        }
                    }
                }
                let plane = y + (sample * outputs + output) * 4 * height * width
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
    }
}
