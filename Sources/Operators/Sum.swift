import Tensors

/// Sum and difference of two tensors of one shape.
public enum Sum {
    /// (a + b)·gain.
    public static func forward(_ a: Tensor, _ b: Tensor, gain: Float = 1) -> Tensor {
        precondition(a.shape == b.shape, "\(a.shape) and \(b.shape)")
        return Operator.sum.run(on: [a, b], operations: 2 * a.count) {
            let result = Tensor(uninitialized: a.shape)
            let (x, y, to) = (a.pointer, b.pointer, result.mutablePointer)
            Parallel.ranges(a.count, grain: 16384) { range in
                for index in range { to[index] = (x[index] + y[index]) * gain }
            }
            return result
        } backward: { gradient, _ in
            let scaled = gain == 1 ? gradient : Scaling.forward(gradient, by: gain)
            return [scaled, scaled]
        }
    }

    /// a − b.
    public static func forward(_ a: Tensor, minus b: Tensor) -> Tensor {
        precondition(a.shape == b.shape, "\(a.shape) and \(b.shape)")
        return Operator.subtraction.run(on: [a, b]) {
            let result = Tensor(uninitialized: a.shape)
            let (x, y, to) = (a.pointer, b.pointer, result.mutablePointer)
            Parallel.ranges(a.count, grain: 16384) { range in
                for index in range { to[index] = x[index] - y[index] }
            }
            return result
        } backward: { gradient, _ in
            [gradient, Scaling.forward(gradient, by: -1)]
        }
    }
}
