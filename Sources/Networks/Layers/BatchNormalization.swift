import Foundation
import Tensors

/// Batch normalization as at rest, with the running statistics: (x − mean)/√(variance + ε)·weight + bias, channel by channel.
package struct BatchNormalization {
    private let weight, bias, mean, variance: Parameter
    private let epsilon: Double

    package init(_ scope: ParameterScope, _ channels: Int, epsilon: Double) {
        weight = scope.parameter("weight", [channels], initial: .ones)
        bias = scope.parameter("bias", [channels], initial: .zeros)
        mean = scope.buffer("running_mean", [channels], initial: .zeros)
        variance = scope.buffer("running_var", [channels], initial: .ones)
        scope.unused("num_batches_tracked")
        self.epsilon = epsilon
    }

    /// All that `factors` depend on.
    var parameters: [Parameter] { [weight, bias, mean, variance] }

    /// The normalization as x·scale + shift, a value of each for every channel. No gradient flows through them.
    package var factors: (scale: [Float], shift: [Float]) {
        for parameter in parameters { parameter.refuseTape() }
        let scale = zip(weight.value.values, variance.value.values).map { Double($0) / (Double($1) + epsilon).squareRoot() }
        let shift = zip(scale, zip(mean.value.values, bias.value.values)).map { Double($1.1) - $0 * Double($1.0) }
        return (scale.map { Float($0) }, shift.map { Float($0) })
    }
}
