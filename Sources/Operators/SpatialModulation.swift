import CKernels
import Tensors

/// Spatially adaptive normalization (Park, Liu, Wang and Zhu 2019, "SPADE", equation 1): every plane is normalized by its own mean and
/// biased variance, and modulated place by place: (x − mean)/√(variance + ε)·(1 + γ) + β. There is no gradient.
public enum SpatialModulation {
    /// - Parameters:
    ///   - x: (N, C, H/f, W/f) with a whole f: it is enlarged by repeating rows and columns, which changes neither mean nor variance.
    ///   - modulation: (N, 2·C, H, W): γ, then β.
    ///   - activation: of the result.
    /// - Returns: (N, C, H, W).
    public static func forward(
        _ x: Tensor, modulation: Tensor, epsilon: Float = 1e-5, activation: Activation = .identity
    ) -> Tensor {
        let (samples, channels, low, narrow) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3])
        let (height, width) = (modulation.shape[2], modulation.shape[3]), factor = max(1, height / low)
        precondition(
            modulation.shape == [samples, 2 * channels, low * factor, narrow * factor],
            "modulation \(modulation.shape) for \(x.shape)")
        return Operator.spatialModulation.run(on: [x, modulation], operations: 4 * modulation.count) {
            let result = Tensor(uninitialized: [samples, channels, height, width])
            let (size, area) = (low * narrow, height * width)
            let (from, factors, to) = (x.pointer, modulation.pointer, result.mutablePointer)
            if OperatorPath.current == .reference {
                for plane in 0..<samples * channels {
                    let values = (0..<size).map { Double(from[plane * size + $0]) }
                    let mean = values.reduce(0, +) / Double(size)
                    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(size)
                    let gamma = factors + (plane / channels * 2 * channels + plane % channels) * area, beta = gamma + channels * area
                    for p in 0..<area {
                        let value = values[p / width / factor * narrow + p % width / factor]
                        let normalized = Float((value - mean) / (variance + Double(epsilon)).squareRoot())
                        to[plane * area + p] = activation.apply(normalized * (1 + gamma[p]) + beta[p])
                    }
                }
                return result
            }
            Parallel.ranges(samples * channels, grain: max(1, 16384 / area)) { planes in
                Tensor.withScratch(width) { line in
                    for plane in planes {
                        let own = from + plane * size
                        let gamma = factors + (plane / channels * 2 * channels + plane % channels) * area, beta = gamma + channels * area
                        var (mean, variance): (Float, Float) = (0, 0)
                        kernel_moments(own, size, &mean, &variance)
                        let scale = 1 / (variance + epsilon).squareRoot()
                        for row in 0..<height {
                            let source = own + row / factor * narrow, place = row * width
                            if row % factor == 0 {
                                for column in 0..<width { line[column] = (source[column / factor] - mean) * scale }
                            }
                            kernel_modulate(
                                to + plane * area + place, line, gamma + place, beta + place, width, activation.kernel)
                        }
                    }
                }
            }
            return result
        }
    }

    /// The same with γ and β made by a 3×3 convolution, and used while they are in the cache where that can be.
    ///
    /// - Parameters:
    ///   - x: (N, C, H/f, W/f) with a whole f.
    ///   - hidden: (N, K, H, W).
    ///   - weight: (2·C, K, 3, 3), of γ and then of β.
    ///   - bias: 2·C values.
    /// - Returns: (N, C, H, W).
    public static func forward(
        _ x: Tensor, hidden: Tensor, weight: ConvolutionWeights, bias: Tensor, epsilon: Float = 1e-5, activation: Activation = .identity
    ) -> Tensor {
        let geometry = Convolution.Geometry(x: hidden.shape, weight: weight, stride: 1, padding: 1)
        let (samples, channels, low, narrow) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3])
        let factor = max(1, geometry.height / low)
        precondition(
            geometry.samples == samples && geometry.outputs == 2 * channels && bias.count == 2 * channels
                && [geometry.height, geometry.width] == [low * factor, narrow * factor],
            "\(hidden.shape), \(weight.tensor.shape) for \(x.shape)")
        return Operator.spatialModulation.run(
            on: [x, hidden, weight.tensor, bias], detail: "by convolution \(geometry.description)",
            operations: geometry.operations + 4 * samples * geometry.outputs * geometry.height * geometry.width
        ) {
            let products = TapProducts.chosen(for: weight)
            guard OperatorPath.current == .fast, products != .tiles,
                ModulatingConvolution.pays(geometry, factor: factor)
            else {
                let modulation = Convolution.forward(hidden, weight: weight, padding: 1, epilogue: Epilogue(bias: bias))
                return forward(x, modulation: modulation, epsilon: epsilon, activation: activation)
            }
            let result = Tensor(uninitialized: [samples, channels, geometry.height, geometry.width])
            ModulatingConvolution(
                convolution: WinogradConvolution(
                    samples: samples, channels: geometry.channels, outputs: geometry.outputs, height: geometry.height,
                    width: geometry.width, weights: weight, x: hidden.pointer, inputScale: nil, products: products.ofTransforms),
                bias: bias.pointer,
                planes: .init(x.pointer, count: samples * channels, low: low, narrow: narrow, factor: factor, epsilon: epsilon),
                activation: activation.kernel
            ).run(into: result.mutablePointer)
            return result
        }
    }
}
