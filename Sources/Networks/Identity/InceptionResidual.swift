import Operators
import Tensors

/// A block of an Inception-ResNet: what its branches make, times a factor, is added to what went in.
struct InceptionResidual {
    private let branches: [InceptionBranch]
    private let weights: Prepared<ConvolutionWeights>
    private let bias: Parameter
    private let scale: Float
    private let isRectified: Bool

    /// - Parameter branches: the units of each.
    init(
        _ scope: ParameterScope, _ channels: Int, _ branches: [[InceptionBranch.Unit]], scale: Float, isRectified: Bool = true
    ) {
        self.branches = branches.map { InceptionBranch(scope, from: channels, $0) }
        let own = scope.scope("conv2d"), width = branches.reduce(0) { $0 + $1.last!.outputs }
        weights = Prepared(own.parameter("weight", [channels, width, 1, 1]), isDifferentiated: false) {
            ConvolutionWeights($0, gain: scale)
        }
        bias = own.parameter("bias", [channels], initial: .zeros)
        (self.scale, self.isRectified) = (scale, isRectified)
    }

    func callAsFunction(_ x: Tensor) -> Tensor {
        let bias = Scaling.forward(bias.value, by: scale)
        let y = Sum.forward(x, Convolution.forward(branches(x), weight: weights.value, epilogue: Epilogue(bias: bias)))
        return isRectified ? Activation.relu.forward(y) : y
    }
}
