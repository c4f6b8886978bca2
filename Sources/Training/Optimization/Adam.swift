import Foundation
import Networks
import Tensors

/// Adam (Kingma and Ba 2015) with bias correction: w ← w − rate · m̂/(√v̂ + ε).
public final class Adam {
    public let parameters: [Parameter]
    let beta1, beta2, epsilon: Float
    /// The running means m of the gradients and v of their squares, one for each parameter.
    package var means, squares: [Tensor]
    /// Steps taken.
    package var steps = 0

    public init(_ parameters: [Parameter], beta1: Float, beta2: Float, epsilon: Float) {
        self.parameters = parameters
        (self.beta1, self.beta2, self.epsilon) = (beta1, beta2, epsilon)
        means = parameters.map { Tensor(zeros: $0.shape) }
        squares = parameters.map { Tensor(zeros: $0.shape) }
    }

    /// Changes every parameter by its gradient; one without a gradient is left as it is.
    public func step(_ gradients: [Tensor?], learningRate: Float) {
        precondition(gradients.count == parameters.count)
        steps += 1
        let correction1 = 1 - powf(beta1, Float(steps)), correction2 = 1 - powf(beta2, Float(steps))
        let rate = learningRate / correction1, root = correction2.squareRoot()
        let (beta1, beta2, epsilon) = (beta1, beta2, epsilon)
        for (index, parameter) in parameters.enumerated() {
            guard let gradient = gradients[index] else { continue }
            let old = parameter.value
            let new = Tensor(uninitialized: old.shape)
            let (w, to, g) = (old.pointer, new.mutablePointer, gradient.pointer)
            let (m, v) = (means[index].mutablePointer, squares[index].mutablePointer)
            Parallel.ranges(old.count, grain: 16384) { range in
                for i in range {
                    m[i] = beta1 * m[i] + (1 - beta1) * g[i]
                    v[i] = beta2 * v[i] + (1 - beta2) * g[i] * g[i]
                    to[i] = w[i] - rate * m[i] / (v[i].squareRoot() / root + epsilon)
                }
            }
            keepAlive(old, gradient)
            parameter.value = new
        }
    }
}
