import Operators
import Tensors

/// S and R: linear layers with ReLU between them, which say how points are to be moved so that a portrait joins its surroundings
/// (stitching), or opens eyes or lips as wanted (retargeting).
public struct PointNetwork {
    private let layers: [(weight: Parameter, bias: Parameter)]

    /// - Parameter widths: values that go in, between the layers, and out.
    init(_ scope: ParameterScope, _ widths: [Int]) {
        // Checkpoints number the activations, too.
        layers = (1..<widths.count).map { index in
            let own = scope.scope("mlp").scope(2 * index - 2)
            return (
                own.parameter("weight", [widths[index], widths[index - 1]], initial: .fanIn),
                own.parameter("bias", [widths[index]], initial: .zeros)
            )
        }
    }

    /// (N, inputs) → (N, outputs).
    public func callAsFunction(_ x: Tensor) -> Tensor {
        layers.indices.reduce(x) { x, index in
            let (weight, bias) = layers[index]
            return Linear.forward(
                x, weight: weight.value, bias: bias.value, activation: index + 1 < layers.count ? .relu : .identity)
        }
    }
}
