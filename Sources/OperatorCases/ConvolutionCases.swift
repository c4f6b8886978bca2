import Operators
import Tensors

extension OperatorCase {
    /// Shapes and settings of a convolution.
    private struct Shape {
        let inputs, outputs, kernel, stride, padding, height, width: Int
        let samples: Int

        init(_ inputs: Int, _ outputs: Int, _ kernel: Int, _ stride: Int, _ padding: Int, _ height: Int, _ width: Int, samples: Int = 2) {
            (self.inputs, self.outputs, self.kernel, self.stride, self.padding) = (inputs, outputs, kernel, stride, padding)
            (self.height, self.width, self.samples) = (height, width, samples)
        }

        var settings: String { "stride \(stride), padding \(padding)" }

        var tensors: [OperatorCase.Input] {
            [.normal([samples, inputs, height, width]), .normal([outputs, inputs, kernel, kernel])]
        }

        /// Winograd's factors of up to 8 enlarge rounding errors, most without fused multiplication; so do sums over a large kernel.
        var tolerance: Float { kernel == 3 && stride == 1 && padding == 1 && min(inputs, outputs) >= 16 || kernel >= 9 ? 2e-5 : 1e-5 }
    }

    private static let smallShapes = [Shape(2, 3, 3, 2, 0, 7, 6), Shape(3, 2, 1, 1, 0, 3, 4), Shape(3, 9, 4, 1, 0, 4, 4)]

    private static let mediumShapes = [
        // Taps: odd sizes, several bands, narrow pictures, strides, 1×1 kernels, kernels as large as the picture.
        Shape(64, 32, 3, 1, 1, 33, 40), Shape(7, 9, 3, 1, 1, 130, 70), Shape(16, 24, 3, 2, 0, 65, 65), Shape(5, 3, 1, 1, 0, 48, 50),
        Shape(12, 20, 1, 1, 0, 4, 4), Shape(40, 36, 4, 1, 0, 4, 4), Shape(3, 8, 3, 2, 1, 9, 7), Shape(2, 2, 3, 1, 2, 5, 3),
        Shape(50, 52, 3, 2, 1, 9, 7, samples: 3), Shape(50, 52, 3, 1, 2, 5, 40, samples: 3), Shape(50, 52, 1, 2, 0, 6, 7, samples: 3),
        Shape(50, 52, 4, 1, 0, 6, 5, samples: 3), Shape(50, 52, 3, 1, 1, 4, 4, samples: 3), Shape(50, 52, 3, 1, 1, 40, 36, samples: 3),
        Shape(50, 52, 3, 2, 0, 65, 33, samples: 3), Shape(50, 52, 3, 2, 0, 109, 105, samples: 3), Shape(200, 24, 3, 2, 0, 65, 65),
        Shape(700, 16, 3, 1, 1, 20, 18), Shape(40, 36, 3, 2, 0, 115, 108), Shape(33, 34, 3, 2, 1, 101, 103), Shape(96, 12, 1, 2, 0, 64, 48),
        // Small pictures, unfolded.
        Shape(40, 36, 3, 1, 1, 8, 8, samples: 3), Shape(36, 44, 3, 2, 0, 17, 17, samples: 1), Shape(300, 20, 3, 1, 1, 5, 11, samples: 1),
        // Winograd: few and many channels, a last panel that is not full, one that is hardly filled.
        Shape(64, 48, 3, 1, 1, 64, 64), Shape(33, 41, 3, 1, 1, 36, 32), Shape(140, 32, 3, 1, 1, 128, 64),
        Shape(16, 18, 3, 1, 1, 32, 32), Shape(70, 60, 3, 1, 1, 16, 16, samples: 1),
        // Halving in phases: several rows of tiles, rows that end within panels, an even height, more channels than a pass takes.
        Shape(34, 41, 3, 2, 0, 57, 81), Shape(64, 48, 3, 2, 0, 65, 66, samples: 1), Shape(300, 33, 3, 2, 0, 33, 137, samples: 1),
        Shape(96, 100, 3, 2, 0, 129, 129, samples: 1),
        // Few outputs of many channels.
        Shape(70, 1, 7, 1, 3, 18, 21), Shape(64, 2, 5, 1, 1, 16, 9), Shape(64, 3, 7, 1, 3, 70, 37), Shape(36, 3, 6, 1, 2, 9, 11),
        Shape(40, 4, 5, 1, 0, 150, 33, samples: 1),
        // Large kernels: by transforms, and with too few channels for these.
        Shape(20, 18, 11, 1, 5, 23, 37), Shape(17, 16, 9, 1, 4, 16, 16, samples: 3), Shape(5, 4, 11, 1, 5, 13, 22, samples: 1),
    ]

    /// Layers of the published 256 px networks, of portrait, and of DINet.
    private static let largeShapes = [
        Shape(128, 128, 11, 1, 5, 104, 80, samples: 1), Shape(64, 3, 7, 1, 3, 256, 256, samples: 1),
        Shape(512, 512, 3, 1, 1, 32, 32, samples: 1), Shape(256, 256, 3, 1, 1, 64, 64, samples: 1),
        Shape(128, 128, 3, 1, 1, 128, 128, samples: 1), Shape(64, 64, 3, 1, 1, 256, 256, samples: 1),
        Shape(64, 128, 3, 2, 0, 257, 257, samples: 1), Shape(64, 3, 1, 1, 0, 256, 256, samples: 1),
        Shape(192, 192, 3, 1, 1, 16, 16, samples: 1), Shape(48, 48, 3, 1, 1, 64, 64, samples: 1),
    ]

    static var convolutions: [OperatorCase] {
        var cases: [OperatorCase] = []
        for (name, activation) in activations {
            cases.append(modulated(Shape(3, 4, 3, 1, 1, 5, 4), name, activation, .small))
            // Winograd, and taps.
            cases.append(modulated(Shape(34, 41, 3, 1, 1, 36, 32), name, activation, .medium))
            cases.append(modulated(Shape(20, 18, 3, 2, 1, 31, 30), name, activation, .medium))
        }
        for shape in smallShapes { cases += [plain(shape, .small), modulated(shape, "ReLU", .relu, .small)] }
        for shape in mediumShapes { cases += [plain(shape, .medium), modulated(shape, "scaled leaky ReLU", .scaledLeakyReLU, .medium)] }
        for shape in largeShapes { cases.append(modulated(shape, "scaled leaky ReLU", .scaledLeakyReLU, .large)) }
        for (rows, columns) in [(1, 7), (3, 1)] {
            let weight = Input.normal([4, 3, rows, columns], gradient: .none)
            cases.append(
                OperatorCase(.convolution, [.normal([2, 3, 6, 8]), weight, .normal([4])], settings: "not square") { t in
                    let weight = ConvolutionWeights(rectangular: t[1])
                    return [Convolution.forward(t[0], weight: weight, padding: max(rows, columns) / 2, epilogue: Epilogue(bias: t[2]))]
                })
        }
        return cases
    }

    private static func plain(_ shape: Shape, _ size: Size) -> OperatorCase {
        OperatorCase(.convolution, shape.tensors, settings: shape.settings, size: size, tolerance: shape.tolerance) { t in
            [Convolution.forward(t[0], weight: t[1], gain: 0.5, stride: shape.stride, padding: shape.padding)]
        }
    }

    /// A convolution with a factor on every input channel, and a factor, a bias and an activation on every output channel.
    private static func modulated(_ shape: Shape, _ name: String, _ activation: Activation, _ size: Size) -> OperatorCase {
        OperatorCase(
            .convolution, shape.tensors + epilogue(shape.samples, shape.inputs, shape.outputs, size),
            settings: "\(shape.settings), modulated, \(name)", size: size, tolerance: shape.tolerance
        ) { t in
            let gain = 1 / Float(shape.inputs * shape.kernel * shape.kernel).squareRoot()
            return [
                Convolution.forward(
                    t[0], weight: t[1], gain: gain, stride: shape.stride, padding: shape.padding, inputScale: t[2],
                    epilogue: Epilogue(scale: t[3], bias: t[4], activation: activation))
            ]
        }
    }

    /// Modulation, demodulation and bias. In larger cases the bias keeps all values away from the activation's kink.
    private static func epilogue(_ samples: Int, _ inputs: Int, _ outputs: Int, _ size: Size) -> [Input] {
        [
            .uniform([samples, inputs], -1.5...1.5), .uniform([samples, outputs], 0.5...1.5),
            size == .small ? .normal([outputs]) : .signed([outputs], 15...20),
        ]
    }

    static var upsamplingConvolutions: [OperatorCase] {
        var cases: [OperatorCase] = []
        for (name, activation) in activations { cases.append(upsampling(3, 4, 3, 4, name, activation, .small)) }
        for (inputs, outputs, height, width) in [
            (12, 10, 4, 4), (7, 5, 33, 17), (48, 16, 64, 64), (128, 16, 64, 64), (300, 10, 40, 21), (64, 41, 52, 51), (130, 9, 40, 36),
            (5, 60, 6, 5), (20, 12, 33, 70), (40, 34, 51, 54), (70, 60, 8, 8), (64, 130, 16, 16), (40, 36, 4, 12),
            // In phases.
            (34, 41, 28, 40), (64, 48, 32, 32), (300, 33, 16, 68), (96, 100, 64, 64),
        ] {
            cases.append(upsampling(inputs, outputs, height, width, "scaled leaky ReLU", .scaledLeakyReLU, .medium))
        }
        for (inputs, outputs, side) in [(512, 512, 16), (512, 256, 32), (256, 128, 64), (128, 64, 128), (96, 48, 32)] {
            cases.append(upsampling(inputs, outputs, side, side, "scaled leaky ReLU", .scaledLeakyReLU, .large))
        }
        return cases
    }

    private static func upsampling(
        _ inputs: Int, _ outputs: Int, _ height: Int, _ width: Int, _ name: String, _ activation: Activation, _ size: Size
    ) -> OperatorCase {
        let samples = size == .large ? 1 : 2
        return OperatorCase(
            .upsamplingConvolution,
            [.normal([samples, inputs, height, width]), .normal([1, outputs, inputs, 3, 3])] + epilogue(samples, inputs, outputs, size),
            settings: name, size: size
        ) { t in
            let weight = ConvolutionWeights(t[1], gain: 1 / Float(inputs * 9).squareRoot())
            return [
                UpsamplingConvolution.forward(
                    t[0], weight: weight, inputScale: t[2], epilogue: Epilogue(scale: t[3], bias: t[4], activation: activation))
            ]
        }
    }
}
