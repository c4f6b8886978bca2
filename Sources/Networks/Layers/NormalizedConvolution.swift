import Operators
import Tensors

/// A convolution without bias, the batch normalization after it, computed as one convolution with a bias, and a rectifier.
struct NormalizedConvolution {
    private let weights: Prepared<(kernel: ConvolutionWeights, bias: Tensor)>
    private let stride, padding: Int
    private let isRectified: Bool

    /// - Parameters:
    ///   - convolution, normalization: what the two are called in `scope`.
    ///   - rows, columns: of the kernel.
    ///   - padding: for a kernel that is not square, half of its larger side.
    ///   - epsilon: of the normalization.
    init(
        _ scope: ParameterScope, convolution: String = "conv", normalization: String = "bn", from inputs: Int, to outputs: Int,
        rows: Int, columns: Int, stride: Int = 1, padding: Int = 0, epsilon: Double = 0.001, isRectified: Bool = true
    ) {
        let weight = scope.scope(convolution).parameter("weight", [outputs, inputs, rows, columns])
        let normalization = BatchNormalization(scope.scope(normalization), outputs, epsilon: epsilon)
        weights = Prepared(weight, isDifferentiated: false) { weight in
            let (scale, shift) = normalization.factors
            let folded = Tensor(uninitialized: weight.shape), size = weight.count / outputs
            let (from, to) = (weight.pointer, folded.mutablePointer)
            for output in 0..<outputs {
                for index in output * size..<(output + 1) * size { to[index] = from[index] * scale[output] }
            }
            keepAlive(weight)
            return (ConvolutionWeights(rectangular: folded), Tensor(shift, [outputs]))
        }
        (self.stride, self.padding, self.isRectified) = (stride, padding, isRectified)
    }

    /// (N, inputs, H, W) → (N, outputs, …).
    func callAsFunction(_ x: Tensor) -> Tensor {
        let (kernel, bias) = weights.value
        let y = Convolution.forward(x, weight: kernel, stride: stride, padding: padding, epilogue: Epilogue(bias: bias))
        return isRectified ? Rectifier.forward(y) : y
    }
}
