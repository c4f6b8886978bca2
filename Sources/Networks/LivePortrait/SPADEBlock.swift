import Operators
import Tensors

/// A residual block of G: conv_1(lrelu(SPADE_1(conv_0(lrelu(SPADE_0(x)))))), added to x, or to conv_s(SPADE_s(x)) where the channels change.
/// The three convolutions are spectrally normalized.
package struct SPADEBlock {
    private let modulations: [SPADE]
    private let first, second: SpectralConvolution
    private let shortcut: SpectralConvolution?

    package init(_ scope: ParameterScope, from inputs: Int, to outputs: Int, labels: Int, hidden: Int) {
        let middle = min(inputs, outputs)
        first = SpectralConvolution(scope.scope("conv_0"), from: inputs, to: middle)
        second = SpectralConvolution(scope.scope("conv_1"), from: middle, to: outputs)
        shortcut =
            inputs == outputs ? nil : SpectralConvolution(scope.scope("conv_s"), from: inputs, to: outputs, kernel: 1, isBiased: false)
        let names = ["norm_0", "norm_1"] + (shortcut == nil ? [] : ["norm_s"])
        modulations = zip(names, [inputs, middle, inputs]).map { SPADE(scope.scope($0), channels: $1, labels: labels, hidden: hidden) }
    }

    /// - Parameters:
    ///   - x: (N, inputs, H, W).
    ///   - label: (N, labels, H/f, W/f) with a whole f; of H and W doubled where the block doubles.
    ///   - doubling: whether rows and columns are repeated first.
    /// - Returns: (N, outputs, H, W), or twice H and W.
    package func callAsFunction(_ x: Tensor, label: Tensor, doubling: Bool = false) -> Tensor {
        let factor = x.shape[2] * (doubling ? 2 : 1) / label.shape[2]
        let y = first(modulations[0](x, label: label, factor: factor, activation: .leakyReLU))
        let dx = second(modulations[1](y, label: label, factor: factor, activation: .leakyReLU))
        guard let shortcut else { return Sum.forward(doubling ? NearestEnlargement.forward(x) : x, dx) }
        return Sum.forward(shortcut(modulations[2](x, label: label, factor: factor, activation: .identity)), dx)
    }
}
