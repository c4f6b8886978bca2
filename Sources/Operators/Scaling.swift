import CKernels
import Tensors

/// x times a number.
public enum Scaling {
    /// (any shape) → the same shape.
    public static func forward(_ x: Tensor, by factor: Float) -> Tensor {
        Operator.scaling.run(on: [x]) {
            let result = Tensor(uninitialized: x.shape)
            let (from, to) = (x.pointer, result.mutablePointer)
            Parallel.ranges(x.count, grain: 16384) { range in
                for index in range { to[index] = from[index] * factor }
            }
            return result
        } backward: { gradient, _ in
            [forward(gradient, by: factor)]
        }
    }

    /// Multiplies a tensor that is still being made.
    static func inPlace(_ x: Tensor, by factor: Float) {
        if factor != 1 { kernel_copy_scaled_in_place(x.mutablePointer, x.count, factor) }
    }
}
