import Operators
import Tensors

/// A normalized convolution of two maps whose channels stand side by side. What the second map adds can be computed once where it stays the
/// same over many pictures: W·[a, b] = W₁·a + W₂·b.
struct PairedConvolution {
    private let whole: BiasedConvolution
    private let halves: Prepared<(first: ConvolutionWeights, second: ConvolutionWeights)>
    private let activation = Activation.relu

    /// - Parameter first: channels of the first map.
    init(_ scope: ParameterScope, from first: Int, and second: Int, to outputs: Int) {
        whole = BiasedConvolution(scope, normalization: "norm", from: first + second, to: outputs, activation: activation)
        halves = Prepared(whole.weight, isDifferentiated: false) { weight in
            (
                ConvolutionWeights(Self.slice(weight, 0..<first)),
                ConvolutionWeights(Self.slice(weight, first..<first + second))
            )
        }
    }

    /// What the second map adds, (1, outputs, H, W); nil where parameters or statistics are being learned, and both maps go in together.
    func prepare(_ second: Tensor) -> Tensor? {
        guard whole.isFolded, !Tape.tracks(whole.weight.value), !Tape.tracks(second) else { return nil }
        return convolved(second, halves.value.second, bias: whole.factors.value.bias)
    }

    /// - Parameters:
    ///   - first: (N, first, H, W).
    ///   - second: (N, second, H, W), used where it is not prepared.
    ///   - prepared: (N, outputs, H, W), from `prepare`.
    /// - Returns: (N, outputs, H, W).
    func callAsFunction(_ first: Tensor, _ second: Tensor, prepared: Tensor?) -> Tensor {
        guard let prepared else { return whole(Concatenation.forward([first, second])) }
        return activation.forward(Sum.forward(convolved(first, halves.value.first, bias: nil), prepared))
    }

    private func convolved(_ x: Tensor, _ weights: ConvolutionWeights, bias: Tensor?) -> Tensor {
        let scale = whole.factors.value.scale!
        let scales = Tensor((0..<x.shape[0]).flatMap { _ in scale }, [x.shape[0], scale.count])
        return Convolution.forward(x, weight: weights, padding: 1, epilogue: Epilogue(scale: scales, bias: bias))
    }

    /// Some of the inputs of weights (O, C, k, k).
    private static func slice(_ weight: Tensor, _ inputs: Range<Int>) -> Tensor {
        let (outputs, channels, area) = (weight.shape[0], weight.shape[1], weight.shape[2] * weight.shape[3])
        let result = Tensor(uninitialized: [outputs, inputs.count] + weight.shape[2...])
        for output in 0..<outputs {
            (result.mutablePointer + output * inputs.count * area).update(
                from: weight.pointer + (output * channels + inputs.lowerBound) * area, count: inputs.count * area)
        }
        keepAlive(weight)
        return result
    }
}
