import CKernels
import Foundation
import Tensors

/// 1/(1 + e^−x), in (0, 1).
public enum Sigmoid {
    /// (any shape) → the same shape.
    public static func forward(_ x: Tensor) -> Tensor {
        Operator.sigmoid.run(on: [x], operations: 10 * x.count) {
            Elementwise.computed(x, definition: { 1 / (1 + exp(-$0)) }) { kernel_sigmoid($0, $1, $2) }
        } backward: { gradient, result in
            let dx = Tensor(uninitialized: x.shape), (arriving, y, to) = (gradient.pointer, result.pointer, dx.mutablePointer)
            Parallel.ranges(x.count, grain: 16384) { range in
                for index in range { to[index] = arriving[index] * y[index] * (1 - y[index]) }
            }
            return [dx]
        }
    }
}
