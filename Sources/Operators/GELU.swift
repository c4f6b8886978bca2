import CKernels
import Foundation
import Tensors

/// The exact Gaussian error linear unit (Hendrycks and Gimpel 2016): x·Φ(x) = x/2·(1 + erf(x/√2)). There is no gradient.
public enum GELU {
    /// (any shape) → the same shape.
    public static func forward(_ x: Tensor) -> Tensor {
        Elementwise.run(.gelu, on: x, operations: 20, definition: { $0 / 2 * (1 + erf($0 / 2.0.squareRoot())) }) { kernel_gelu($0, $1, $2) }
    }
}
