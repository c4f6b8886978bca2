import CKernels
import Foundation
import Tensors

/// 1/(1 + e^−x), in (0, 1). There is no gradient.
public enum Sigmoid {
    /// (any shape) → the same shape.
    public static func forward(_ x: Tensor) -> Tensor {
        Elementwise.run(.sigmoid, on: x, operations: 10, definition: { 1 / (1 + exp(-$0)) }) { kernel_sigmoid($0, $1, $2) }
    }
}
