import Operators
import Tensors

/// A convolution without bias and the batch normalization after it, computed as one convolution with a bias; a ReLU may follow. Both are
/// as at rest: no gradient flows to their parameters.
package struct NormalizedConvolution {
    private let parameters: [Parameter]
    private let weights: Prepared<(kernel: ConvolutionWeights, bias: Tensor)>
    private let stride, padding: Int
    private let activation: Activation

    /// - Parameters:
    ///   - convolution, normalization: names of the two in `scope`.
    ///   - rows, columns: of the kernel.
    ///   - padding: for a kernel that is not square, half of its larger side.
    ///   - epsilon: of the normalization.
    package init(
        _ scope: ParameterScope, convolution: String = "conv", normalization: String = "bn", from inputs: Int, to outputs: Int,
        rows: Int, columns: Int, stride: Int = 1, padding: Int = 0, epsilon: Double = 0.001, isRectified: Bool = true
    ) {
        let weight = scope.scope(convolution).parameter("weight", [outputs, inputs, rows, columns])
        let normalization = BatchNormalization(scope.scope(normalization), outputs, epsilon: epsilon)
        weights = Prepared(weight, with: normalization.parameters, isDifferentiated: false) { weight in
            let (scale, shift) = normalization.factors
            let folded = Tensor(uninitialized: weight.shape), size = weight.count / outputs
            let (from, to) = (weight.pointer, folded.mutablePointer)
            for output in 0..<outputs {
                for index in output * size..<(output + 1) * size { to[index] = from[index] * scale[output] }
            }
            keepAlive(weight)
            return (ConvolutionWeights(rectangular: folded), Tensor(shift, [outputs]))
        }
        parameters = [weight] + normalization.parameters
        (self.stride, self.padding, activation) = (stride, padding, isRectified ? .relu : .identity)
    }

    /// (N, inputs, H, W) → (N, outputs, …).
    package func callAsFunction(_ x: Tensor) -> Tensor {
        for parameter in parameters { parameter.refuseTape() }
        let (kernel, bias) = weights.value
        return Convolution.forward(
            x, weight: kernel, stride: stride, padding: padding, epilogue: Epilogue(bias: bias, activation: activation))
    }
}
