import Foundation
import Tensors

/// Batch normalization as it is at rest: (x − mean)/√(variance + ε)·weight + bias, channel by channel.
struct BatchNormalization {
    private let weight, bias, mean, variance: Parameter
    private let epsilon: Double

    init(_ scope: ParameterScope, _ channels: Int, epsilon: Double) {
        weight = scope.parameter("weight", [channels], initial: .ones)
        bias = scope.parameter("bias", [channels], initial: .zeros)
        mean = scope.parameter("running_mean", [channels], initial: .zeros)
        variance = scope.parameter("running_var", [channels], initial: .ones)
        scope.unused("num_batches_tracked")
        self.epsilon = epsilon
    }

    /// As x·scale + shift, a value each for every channel.
    var factors: (scale: [Float], shift: [Float]) {
        let scale = zip(weight.value.values, variance.value.values).map { Double($0) / (Double($1) + epsilon).squareRoot() }
        let shift = zip(scale, zip(mean.value.values, bias.value.values)).map { Double($1.1) - $0 * Double($1.0) }
        return (scale.map { Float($0) }, shift.map { Float($0) })
    }
}
