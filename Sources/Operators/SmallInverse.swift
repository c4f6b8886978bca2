import Tensors

/// The inverses of matrices of two rows and columns, by their determinants: [d −b; −c a]/(ad − bc).
public enum SmallInverse {
    /// (…, 2, 2) → (…, 2, 2); values that are not finite where a determinant is 0.
    public static func forward(_ x: Tensor) -> Tensor {
        precondition(x.shape.count >= 2 && x.shape.suffix(2) == [2, 2], "\(x.shape) is no 2×2 matrices")
        return Operator.smallInverse.run(on: [x], operations: 2 * x.count) {
            let result = Tensor(uninitialized: x.shape), (from, to) = (x.pointer, result.mutablePointer)
            for place in stride(from: 0, to: x.count, by: 4) {
                let (a, b, c, d) = (from[place], from[place + 1], from[place + 2], from[place + 3]), determinant = a * d - b * c
                (to[place], to[place + 1]) = (d / determinant, -b / determinant)
                (to[place + 2], to[place + 3]) = (-c / determinant, a / determinant)
            }
            return result
        } backward: { gradient, result in
            // d(X⁻¹) = −X⁻¹·dX·X⁻¹, so that the gradient is −X⁻ᵀ·G·X⁻ᵀ.
            let back = SmallProduct.product(gradient, result, transposeB: true)
            let dx = SmallProduct.product(result, back, transposeA: true)
            return [Scaling.forward(dx, by: -1)]
        }
    }
}
