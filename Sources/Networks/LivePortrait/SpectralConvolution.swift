import Operators
import Tensors

/// A spectrally normalized convolution as at rest (Miyato et al. 2018): the weights are divided by σ = u·(W·v), with the vectors u and v
/// that training left and W as a matrix of (outputs, rest). Weights that are stored divided already, under their usual name, are taken as
/// they are.
package struct SpectralConvolution {
    private let parameters: [Parameter]
    private let weights: Prepared<ConvolutionWeights>
    private let bias: Parameter?
    private let padding: Int

    package init(_ scope: ParameterScope, from inputs: Int, to outputs: Int, kernel: Int = 3, isBiased: Bool = true) {
        let shape = [outputs, inputs, kernel, kernel], rest = inputs * kernel * kernel
        bias = isBiased ? scope.parameter("bias", [outputs], initial: .zeros) : nil
        padding = kernel / 2
        if scope.holds("weight") {
            let weight = scope.parameter("weight", shape, initial: .fanIn)
            weights = Prepared(weight, isDifferentiated: false) { ConvolutionWeights($0) }
            parameters = [weight] + (bias.map { [$0] } ?? [])
            return
        }
        let weight = scope.parameter("weight_orig", shape, initial: .fanIn)
        let u = scope.buffer("weight_u", [outputs], initial: .normal), v = scope.buffer("weight_v", [rest], initial: .normal)
        weights = Prepared(weight, with: [u, v], isDifferentiated: false) { weight in
            let (w, right) = (weight.pointer, v.value.pointer)
            let sums = Parallel.map(outputs) { output in
                (0..<rest).reduce(0.0) { $0 + Double(w[output * rest + $1]) * Double(right[$1]) }
            }
            let sigma = zip(u.value.values, sums).reduce(0.0) { $0 + Double($1.0) * $1.1 }
            keepAlive(weight, v.value)
            return ConvolutionWeights(weight, gain: Float(1 / sigma))
        }
        parameters = [weight, u, v] + (bias.map { [$0] } ?? [])
    }

    /// (N, inputs, H, W) → (N, outputs, H, W).
    package func callAsFunction(_ x: Tensor) -> Tensor {
        for parameter in parameters { parameter.refuseTape() }
        return Convolution.forward(x, weight: weights.value, padding: padding, epilogue: Epilogue(bias: bias?.value))
    }
}
