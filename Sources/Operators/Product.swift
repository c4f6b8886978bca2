import Tensors

/// The product of two tensors of one shape, value by value.
public enum Product {
    /// a·b.
    public static func forward(_ a: Tensor, _ b: Tensor) -> Tensor {
        precondition(a.shape == b.shape, "\(a.shape) and \(b.shape)")
        return Operator.product.run(on: [a, b]) {
            multiplied(a, b)
        } backward: { gradient, _ in
            [multiplied(gradient, b), multiplied(gradient, a)]
        }
    }

    private static func multiplied(_ a: Tensor, _ b: Tensor) -> Tensor {
        let result = Tensor(uninitialized: a.shape)
        let (x, y, to) = (a.pointer, b.pointer, result.mutablePointer)
        Parallel.ranges(a.count, grain: 16384) { range in
            for index in range { to[index] = x[index] * y[index] }
        }
        keepAlive(a, b)
        return result
    }
}
