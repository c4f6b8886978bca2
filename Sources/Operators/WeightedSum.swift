import CKernels
import Tensors

/// Σ x·w over all values: a scalar whose gradient is w.
public enum WeightedSum {
    /// - Returns: (1).
    public static func forward(_ x: Tensor, weights: Tensor) -> Tensor {
        precondition(x.count == weights.count, "\(x.shape) and \(weights.shape)")
        defer { keepAlive(x, weights) }
        var sum = 0.0
        for index in 0..<x.count { sum += Double(x.pointer[index]) * Double(weights.pointer[index]) }
        let result = Tensor([Float(sum)], [1])
        Tape.record(result, from: [x]) { gradient in
            [scaled(weights, by: gradient.values[0]).reshaped(x.shape)]
        }
        return result
    }

    /// x times a factor; no gradient flows.
    public static func scaled(_ x: Tensor, by factor: Float) -> Tensor {
        defer { keepAlive(x) }
        let result = Tensor(uninitialized: x.shape)
        let (from, to) = (x.pointer, result.mutablePointer)
        Parallel.ranges(x.count, grain: 16384) { range in
            for index in range { to[index] = from[index] * factor }
        }
        return result
    }

    /// The same in place.
    static func scale(_ x: Tensor, by factor: Float) {
        if factor != 1 { kernel_copy_scaled_in_place(x.mutablePointer, x.count, factor) }
    }
}
