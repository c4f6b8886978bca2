import Operators
import Tensors

/// A convolution with a bias in two or three dimensions, and where there is one, the batch normalization after it, computed as one
/// convolution; an activation may follow. All are as at rest: no gradient flows to their parameters.
package struct BiasedConvolution {
    private enum Kernel {
        case plane(ConvolutionWeights)
        case volume(VolumeWeights)
    }

    private let parameters: [Parameter]
    private let weights: Prepared<(kernel: Kernel, bias: Tensor)>
    private let stride, padding: Int
    private let activation: Activation

    /// - Parameters:
    ///   - name: of the convolution in `scope`.
    ///   - normalization: of the batch normalization in `scope`; nil for none.
    ///   - axes: 2 or 3.
    ///   - kernel: the side of the kernel.
    ///   - padding: of planes; volumes always keep their size. nil for as much as keeps the size.
    package init(
        _ scope: ParameterScope, _ name: String = "conv", normalization: String? = nil, from inputs: Int, to outputs: Int, axes: Int = 2,
        kernel: Int = 3, stride: Int = 1, padding: Int? = nil, activation: Activation = .identity
    ) {
        let own = scope.scope(name), shape = [outputs, inputs] + [Int](repeating: kernel, count: axes)
        let weight = own.parameter("weight", shape, initial: .fanIn), bias = own.parameter("bias", [outputs], initial: .zeros)
        let normalization = normalization.map { BatchNormalization(scope.scope($0), outputs, epsilon: 1e-5) }
        let others = [bias] + (normalization?.parameters ?? [])
        weights = Prepared(weight, with: others, isDifferentiated: false) { weight in
            var (kernel, shift) = (weight, bias.value)
            if let (scales, shifts) = normalization?.factors {
                kernel = Self.scaled(weight, by: scales)
                shift = Tensor(zip(bias.value.values, zip(scales, shifts)).map { $0 * $1.0 + $1.1 }, [outputs])
            }
            return (axes == 3 ? .volume(VolumeWeights(kernel)) : .plane(ConvolutionWeights(kernel)), shift)
        }
        parameters = [weight] + others
        (self.stride, self.padding, self.activation) = (stride, padding ?? kernel / 2, activation)
    }

    /// (N, inputs, H, W) → (N, outputs, …), or (N, inputs, D, H, W) → (N, outputs, D, H, W).
    package func callAsFunction(_ x: Tensor) -> Tensor {
        for parameter in parameters { parameter.refuseTape() }
        let (kernel, bias) = weights.value, epilogue = Epilogue(bias: bias, activation: activation)
        switch kernel {
        case .plane(let weights):
            return Convolution.forward(x, weight: weights, stride: stride, padding: padding, epilogue: epilogue)
        case .volume(let weights): return VolumeConvolution.forward(x, weight: weights, epilogue: epilogue)
        }
    }

    /// The weights of each output times a factor.
    private static func scaled(_ weight: Tensor, by scales: [Float]) -> Tensor {
        let result = Tensor(uninitialized: weight.shape), size = weight.count / scales.count
        for (output, scale) in scales.enumerated() {
            for index in output * size..<(output + 1) * size { result.mutablePointer[index] = weight.pointer[index] * scale }
        }
        keepAlive(weight)
        return result
    }
}
