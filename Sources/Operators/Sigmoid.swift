import CKernels
import Foundation
import Tensors

/// 1/(1 + e^−x), in (0, 1). There is no gradient.
public enum Sigmoid {
    /// (any shape) → the same shape.
    public static func forward(_ x: Tensor) -> Tensor {
        Operator.sigmoid.run(on: [x], operations: 10 * x.count) {
            let result = Tensor(uninitialized: x.shape)
            let (from, to) = (x.pointer, result.mutablePointer)
            if OperatorPath.current == .reference {
                for index in 0..<x.count { to[index] = Float(1 / (1 + exp(-Double(from[index])))) }
                return result
            }
            Parallel.ranges(x.count, grain: 4096) { range in
                kernel_sigmoid(to + range.lowerBound, from + range.lowerBound, range.count)
            }
            return result
        }
    }
}
