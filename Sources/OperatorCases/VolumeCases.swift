import Operators
import Tensors

extension OperatorCase {
    /// Operators of volumes, and of the networks around them, which are never trained.
    static var volumes: [OperatorCase] { volumeConvolutions + volumeMotions + spatialNormalizations }

    private static func plain(_ shape: [Int], scale: Float = 1) -> Input { .normal(shape, scale: scale, gradient: .none) }

    private static var volumeConvolutions: [OperatorCase] {
        var cases: [OperatorCase] = []
        // Inputs, outputs, kernel, depth, height, width, samples.
        let shapes: [(Int, Int, Int, [Int], Int, Size)] = [
            (2, 3, 3, [3, 5, 4], 1, .small), (3, 2, 1, [2, 3, 4], 2, .small), (2, 2, 7, [3, 4, 5], 1, .small),
            // Unfolded, and Winograd's: one band and several, few tiles, outputs that are no whole blocks.
            (5, 9, 3, [4, 6, 7], 2, .medium), (20, 11, 3, [16, 4, 4], 1, .medium), (9, 12, 3, [5, 8, 8], 2, .medium),
            (33, 19, 3, [6, 32, 24], 1, .medium), (12, 9, 3, [1, 64, 64], 1, .medium), (40, 22, 7, [4, 24, 20], 1, .medium),
            (12, 5, 7, [3, 40, 36], 2, .medium), (6, 5, 5, [4, 32, 32], 1, .medium),
            // Layers of LivePortrait's warping module.
            (142, 142, 3, [16, 64, 64], 1, .large), (142, 22, 7, [16, 64, 64], 1, .large), (110, 64, 3, [16, 64, 64], 1, .large),
            (256, 64, 3, [16, 32, 32], 1, .large), (1024, 512, 3, [16, 4, 4], 1, .large),
        ]
        for (inputs, outputs, kernel, extents, samples, size) in shapes {
            let products = Float(inputs * kernel * kernel * kernel)
            cases.append(
                OperatorCase(
                    .volumeConvolution,
                    [
                        plain([samples, inputs] + extents),
                        plain([outputs, inputs, kernel, kernel, kernel], scale: 1 / products.squareRoot()),
                        plain([outputs]),
                    ], size: size, tolerance: kernel == 1 ? 1e-5 : 2e-5
                ) { [VolumeConvolution.forward($0[0], weight: $0[1], epilogue: Epilogue(bias: $0[2], activation: .relu))] })
        }
        return cases
    }

    private static var volumeMotions: [OperatorCase] {
        var cases: [OperatorCase] = []
        for (channels, extents, points, size) in [
            (2, [3, 4, 5], 3, Size.small), (5, [6, 20, 17], 7, .medium), (4, [16, 64, 64], 21, .large),
        ] {
            let places = [extents[0], extents[1], extents[2], 3]
            let ends = [Input.uniform([1, points * 3], -1...1, gradient: .none), Input.uniform([1, points * 3], -1...1, gradient: .none)]
            cases += [
                OperatorCase(
                    .volumeSampling, [plain([2, channels] + extents), .uniform([2] + places, -1.3...1.3, gradient: .none)], size: size
                ) { [VolumeSampling.forward($0[0], grid: $0[1])] },
                OperatorCase(.pointMotions, [plain([1, channels] + extents)] + ends, size: size) {
                    [PointMotions.forward($0[0], source: $0[1], target: $0[2])]
                },
                OperatorCase(.motionField, [plain([1, points + 1] + extents)] + ends, size: size) {
                    let field = MotionField.forward($0[0], source: $0[1], target: $0[2])
                    return [field.mask, field.deformation]
                },
            ]
        }
        return cases
    }

    private static var spatialNormalizations: [OperatorCase] {
        var cases: [OperatorCase] = []
        for (shape, size) in [([2, 3, 4, 5], Size.small), ([2, 20, 33, 18], .medium), ([1, 256, 64, 64], .large)] {
            let x = plain(shape), channel = plain([shape[1]])
            cases += [
                OperatorCase(.gelu, [x], size: size) { [GELU.forward($0[0])] },
                OperatorCase(.channelNormalization, [x, channel, channel], size: size) {
                    [ChannelNormalization.forward($0[0], weight: $0[1], bias: $0[2])]
                },
                OperatorCase(.responseNormalization, [x, channel, channel], size: size) {
                    [ResponseNormalization.forward($0[0], weight: $0[1], bias: $0[2])]
                },
            ]
            for factor in [2, 3, 4, 5] {
                cases.append(
                    OperatorCase(
                        .enlargedConvolution, [x, plain([2 * shape[1], shape[1], 3, 3], scale: 0.3), plain([2 * shape[1]])],
                        settings: "×\(factor)", size: size
                    ) {
                        [
                            EnlargedConvolution.forward(
                                $0[0], weight: EnlargedWeights($0[1]), factor: factor, epilogue: Epilogue(bias: $0[2], activation: .relu))
                        ]
                    })
            }
            for factor in [1, 2, 3, 4] where size != .large {
                let (height, width) = size == .small ? (3, 2) : (12, 28)
                cases.append(
                    OperatorCase(
                        .spatialModulation,
                        [
                            plain([2, 16, height, width]), plain([2, 33, factor * height, factor * width]),
                            plain([32, 33, 3, 3], scale: 0.1),
                            plain([32]),
                        ], settings: "by convolution, ×\(factor)", size: size, tolerance: 2e-5
                    ) {
                        [
                            SpatialModulation.forward(
                                $0[0], hidden: $0[1], weight: ConvolutionWeights($0[2]), bias: $0[3], activation: .leakyReLU)
                        ]
                    })
            }
            for factor in [1, 2, 4] {
                let modulation = plain([shape[0], 2 * shape[1], factor * shape[2], factor * shape[3]])
                cases.append(
                    OperatorCase(.spatialModulation, [x, modulation], settings: "×\(factor)", size: size) {
                        [SpatialModulation.forward($0[0], modulation: $0[1], activation: .leakyReLU)]
                    })
            }
        }
        return cases
    }
}
