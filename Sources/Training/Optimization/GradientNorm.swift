import Operators
import Tensors

/// The length of a gradient over all parameters, and its limit.
package enum GradientNorm {
    package static func length(_ gradients: [Tensor?]) -> Double {
        var squares = [Double](repeating: 0, count: gradients.count)
        squares.withUnsafeMutableBufferPointer { squares in
            nonisolated(unsafe) let squares = squares
            Parallel.forEach(gradients.count) { index in
                guard let gradient = gradients[index] else { return }
                let values = gradient.pointer
                var own = 0.0
                for i in 0..<gradient.count { own += Double(values[i]) * Double(values[i]) }
                squares[index] = own
                keepAlive(gradient)
            }
        }
        return squares.reduce(0, +).squareRoot()
    }

    /// Scales all gradients by one factor so that their common length is at most `limit`.
    package static func clip(_ gradients: inout [Tensor?], length: Double, limit: Float) {
        guard length > Double(limit) else { return }
        let factor = Float(Double(limit) / length)
        for index in gradients.indices {
            gradients[index] = gradients[index].map { WeightedSum.scaled($0, by: factor) }
        }
    }
}
