import Operators
import Tensors

/// The length of a gradient over all parameters, √Σg², and its limit.
package enum GradientNorm {
    package static func length(_ gradients: [Tensor?]) -> Double {
        let squares = Parallel.map(gradients.count) { index -> Double in
            guard let gradient = gradients[index] else { return 0 }
            let values = gradient.pointer
            var own = 0.0
            for i in 0..<gradient.count { own += Double(values[i]) * Double(values[i]) }
            keepAlive(gradient)
            return own
        }
        return squares.reduce(0, +).squareRoot()
    }

    /// Scales all gradients by one factor so that their common length is at most `limit`.
    package static func clip(_ gradients: inout [Tensor?], length: Double, limit: Float) {
        guard length > Double(limit) else { return }
        let factor = Float(Double(limit) / length)
        for index in gradients.indices {
            gradients[index] = gradients[index].map { Scaling.forward($0, by: factor) }
        }
    }
}
