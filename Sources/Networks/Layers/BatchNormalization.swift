import Foundation
import Operators
import Tensors

/// Batch normalization: (x − mean)/√(variance + ε)·weight + bias, channel by channel. At rest with the running statistics; in training (see
/// `NetworkMode`) with the batch's own, which the running ones then follow. Running statistics are buffers: no gradient flows to them, and no
/// optimizer changes them.
package struct BatchNormalization {
    private let weight, bias, mean, variance: Parameter
    private let epsilon: Double

    /// How far running statistics go towards a batch's.
    private static let momentum: Float = 0.1

    package init(_ scope: ParameterScope, _ channels: Int, epsilon: Double = 1e-5) {
        weight = scope.parameter("weight", [channels], initial: .ones)
        bias = scope.parameter("bias", [channels], initial: .zeros)
        mean = scope.buffer("running_mean", [channels], initial: .zeros)
        variance = scope.buffer("running_var", [channels], initial: .ones)
        scope.unused("num_batches_tracked")
        self.epsilon = epsilon
    }

    /// All that `factors` depend on.
    var parameters: [Parameter] { [weight, bias, mean, variance] }

    /// Whether it is x·scale + shift with constants, which the convolution before it can take in.
    var isConstant: Bool { NetworkMode.current == .rest && !Tape.tracks(weight.value) && !Tape.tracks(bias.value) }

    /// The normalization as x·scale + shift, a value of each for every channel. No gradient flows through them.
    package var factors: (scale: [Float], shift: [Float]) {
        for parameter in parameters { parameter.refuseTape() }
        let scale = zip(weight.value.values, variance.value.values).map { Double($0) / (Double($1) + epsilon).squareRoot() }
        let shift = zip(scale, zip(mean.value.values, bias.value.values)).map { Double($1.1) - $0 * Double($1.0) }
        return (scale.map { Float($0) }, shift.map { Float($0) })
    }

    /// - Parameter activation: is done last.
    /// - Returns: (N, C, …) → (N, C, …).
    package func callAsFunction(_ x: Tensor, activation: Activation = .identity) -> Tensor {
        if NetworkMode.current == .training { return trained(x, activation: activation) }
        let channels = weight.value.count, scale: Tensor, shift: Tensor
        if isConstant {
            let factors = factors
            (scale, shift) = (Tensor(factors.scale, [1, channels]), Tensor(factors.shift, [channels]))
        } else {
            let inverse = Tensor(variance.value.values.map { Float(1 / (Double($0) + epsilon).squareRoot()) }, [channels])
            let factor = Product.forward(weight.value, inverse)
            scale = factor.reshaped([1, channels])
            shift = Sum.forward(bias.value, minus: Product.forward(factor, mean.value))
        }
        return ChannelScale.forward(x, scale: Repetition.forward(scale, count: x.shape[0]), bias: shift, activation: activation)
    }

    private func trained(_ x: Tensor, activation: Activation) -> Tensor {
        let result = Normalization.forward(
            x, over: .batch, weight: weight.value, bias: bias.value, epsilon: Float(epsilon), activation: activation)
        let count = Float(x.count / weight.value.count)
        follow(mean, result.mean, factor: 1)
        // The variance of all pictures is estimated without bias.
        follow(variance, result.variance, factor: count / (count - 1))
        return result.values
    }

    private func follow(_ running: Parameter, _ batch: Tensor, factor: Float) {
        let values = zip(running.value.values, batch.values).map { $0 + Self.momentum * ($1 * factor - $0) }
        running.value = Tensor(values, running.shape)
    }
}
