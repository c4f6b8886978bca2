import Operators
import Tensors

/// A spectrally normalized convolution (Miyato et al. 2018): the weights are divided by σ = u·(W·v), with W as a matrix of (outputs, rest)
/// and vectors u and v that every use in training brings closer to W's singular ones. Weights that are stored divided already, under their
/// usual name, are taken as they are.
package struct SpectralConvolution {
    /// The weights as they are learned, and u and v beside them; nil for weights that are divided already.
    private let original: (weight: Parameter, u: Parameter, v: Parameter)?
    /// The weights as at rest.
    private let weights: Prepared<ConvolutionWeights>
    private let bias: Parameter?
    private let padding: Int

    /// - Parameter padding: nil for as much as keeps the size.
    package init(
        _ scope: ParameterScope, from inputs: Int, to outputs: Int, kernel: Int = 3, padding: Int? = nil, isBiased: Bool = true
    ) {
        let shape = [outputs, inputs, kernel, kernel], rest = inputs * kernel * kernel
        bias = isBiased ? scope.parameter("bias", [outputs], initial: .zeros) : nil
        self.padding = padding ?? kernel / 2
        if scope.holds("weight") {
            original = nil
            weights = Prepared(scope.parameter("weight", shape, initial: .fanIn), isDifferentiated: false) { ConvolutionWeights($0) }
            return
        }
        let weight = scope.parameter("weight_orig", shape, initial: .fanIn)
        let u = scope.buffer("weight_u", [outputs], initial: .normal), v = scope.buffer("weight_v", [rest], initial: .normal)
        original = (weight, u, v)
        weights = Prepared(weight, with: [u, v], isDifferentiated: false) {
            ConvolutionWeights($0, gain: 1 / SpectralNormalization.singularValue(of: $0, u: u.value, v: v.value))
        }
    }

    /// (N, inputs, H, W) → (N, outputs, …).
    package func callAsFunction(_ x: Tensor, activation: Activation = .identity) -> Tensor {
        Convolution.forward(x, weight: current, padding: padding, epilogue: Epilogue(bias: bias?.value, activation: activation))
    }

    private var current: ConvolutionWeights {
        guard let (weight, u, v) = original, NetworkMode.current == .training || Tape.tracks(weight.value) else { return weights.value }
        if NetworkMode.current == .training { (u.value, v.value) = SpectralNormalization.step(weight.value, u: u.value) }
        return ConvolutionWeights(SpectralNormalization.forward(weight.value, u: u.value, v: v.value))
    }
}
