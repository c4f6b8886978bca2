import Tensors

/// The length of a gradient over all parameters, and its limit.
package enum GradientNorm {
    package static func length(_ gradients: [Tensor?]) -> Double {
        gradients.reduce(0.0) { sum, gradient in
            guard let gradient else { return sum }
            defer { keepAlive(gradient) }
            let values = gradient.pointer
            var own = 0.0
            for i in 0..<gradient.count { own += Double(values[i]) * Double(values[i]) }
            return sum + own
        }.squareRoot()
    }

    /// Scales all gradients by one factor so that their common length is at most `limit`.
    package static func clip(_ gradients: inout [Tensor?], length: Double, limit: Float) {
        guard length > Double(limit) else { return }
        let factor = Float(Double(limit) / length)
        for index in gradients.indices {
            guard let gradient = gradients[index] else { continue }
            let scaled = Tensor(uninitialized: gradient.shape)
            for i in 0..<gradient.count { scaled.mutablePointer[i] = gradient.pointer[i] * factor }
            gradients[index] = scaled
        }
    }
}
