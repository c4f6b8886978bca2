import Tensors

/// The sum of two tensors of one shape, times a factor.
public enum Sum {
    public static func forward(_ a: Tensor, _ b: Tensor, gain: Float = 1) -> Tensor {
        precondition(a.shape == b.shape, "\(a.shape) and \(b.shape)")
        defer { keepAlive(a, b) }
        let mark = OperatorProfile.begin()
        defer { mark?.end("sum, \(a.shape.dropFirst(2).map(String.init).joined(separator: "×"))", operations: 2 * a.count, values: 3 * a.count) }
        let result = Tensor(uninitialized: a.shape)
        let (x, y, to) = (a.pointer, b.pointer, result.mutablePointer)
        Parallel.ranges(a.count, grain: 16384) { range in
            for index in range { to[index] = (x[index] + y[index]) * gain }
        }
        Tape.record(result, from: [a, b]) { gradient in
            let scaled = gain == 1 ? gradient : WeightedSum.scaled(gradient, by: gain)
            return [scaled, scaled]
        }
        return result
    }

    /// a − b, of one shape.
    public static func forward(_ a: Tensor, minus b: Tensor) -> Tensor {
        precondition(a.shape == b.shape, "\(a.shape) and \(b.shape)")
        defer { keepAlive(a, b) }
        let result = Tensor(uninitialized: a.shape)
        let (x, y, to) = (a.pointer, b.pointer, result.mutablePointer)
        Parallel.ranges(a.count, grain: 16384) { range in
            for index in range { to[index] = x[index] - y[index] }
        }
        Tape.record(result, from: [a, b]) { [$0, WeightedSum.scaled($0, by: -1)] }
        return result
    }
}
