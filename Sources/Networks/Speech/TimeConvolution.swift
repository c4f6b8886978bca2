import Operators
import Tensors

/// A convolution over time without padding: of each stretch of some steps, one after another, all values become others by one product. An
/// activation may follow.
package struct TimeConvolution {
    private let weight, bias: Parameter
    private let width, stride: Int
    private let activation: Activation

    /// - Parameters:
    ///   - width: steps of a stretch.
    ///   - stride: from the beginning of one to that of the next.
    package init(
        _ scope: ParameterScope, from inputs: Int, to outputs: Int, width: Int, stride: Int = 1, activation: Activation = .identity
    ) {
        weight = scope.parameter("weight", [outputs, width * inputs], initial: .fanIn)
        bias = scope.parameter("bias", [outputs], initial: .zeros)
        (self.width, self.stride, self.activation) = (width, stride, activation)
    }

    /// How many steps come out for so many that go in.
    package func steps(of steps: Int) -> Int { (steps - width) / stride + 1 }

    /// (N, T, inputs) → (N, steps(of: T), outputs).
    package func callAsFunction(_ x: Tensor) -> Tensor {
        let (samples, steps, inputs) = (x.shape[0], x.shape[1], x.shape[2]), count = self.steps(of: steps)
        let rows = (0..<samples).flatMap { sample in
            (0..<count).flatMap { step in (0..<width).map { sample * steps + step * stride + $0 } }
        }
        let stretches = Selection.forward(x.reshaped([samples * steps, inputs]), indices: rows)
        let y = Linear.forward(
            stretches.reshaped([samples * count, width * inputs]), weight: weight.value, bias: bias.value, activation: activation)
        return y.reshaped([samples, count, weight.shape[0]])
    }
}
