import CKernels
import Foundation
import Tensors

/// The exact Gaussian error linear unit (Hendrycks and Gimpel 2016): x·Φ(x) = x/2·(1 + erf(x/√2)). There is no gradient.
public enum GELU {
    /// (any shape) → the same shape.
    public static func forward(_ x: Tensor) -> Tensor {
        Operator.gelu.run(on: [x], operations: 20 * x.count) {
            let result = Tensor(uninitialized: x.shape)
            let (from, to) = (x.pointer, result.mutablePointer)
            if OperatorPath.current == .reference {
                for index in 0..<x.count { to[index] = Float(Double(from[index]) / 2 * (1 + erf(Double(from[index]) / 2.0.squareRoot()))) }
                return result
            }
            Parallel.ranges(x.count, grain: 4096) { range in
                kernel_gelu(to + range.lowerBound, from + range.lowerBound, range.count)
            }
            return result
        }
    }
}
