import Operators
import Tensors

/// Two convolutions, the second of which halves the resolution, plus a halving skip connection; the sum is divided by √2.
public struct ResidualBlock {
    let first, second, skip: ConvolutionLayer

    public init(_ scope: ParameterScope, from inputs: Int, to outputs: Int) {
        first = ConvolutionLayer(scope.scope("conv1"), from: inputs, to: inputs, kernel: 3)
        second = ConvolutionLayer(scope.scope("conv2"), from: inputs, to: outputs, kernel: 3, halving: true)
        skip = ConvolutionLayer(
            scope.scope("skip"), from: inputs, to: outputs, kernel: 1, halving: true, activated: false)
    }

    /// (N, inputs, H, W) → (N, outputs, H/2, W/2).
    public func callAsFunction(_ x: Tensor) -> Tensor { Sum.forward(second(first(x)), skip(x), gain: 1 / Float(2).squareRoot()) }
}
