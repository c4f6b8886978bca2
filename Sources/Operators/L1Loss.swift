import Tensors

/// The mean absolute difference, a single value.
public enum L1Loss {
    /// - Parameters:
    ///   - x: any shape.
    ///   - target: the same shape; no gradient flows to it.
    /// - Returns: (1).
    public static func forward(_ x: Tensor, target: Tensor) -> Tensor {
        precondition(x.shape == target.shape, "\(x.shape) and \(target.shape)")
        defer { keepAlive(x, target) }
        var sum = 0.0
        for index in 0..<x.count { sum += Double(abs(x.pointer[index] - target.pointer[index])) }
        let count = x.count
        let result = Tensor([Float(sum / Double(count))], [1])
        Tape.record(result, from: [x]) { gradient in
            let step = gradient.values[0] / Float(count)
            let dx = Tensor(uninitialized: x.shape)
            let (a, b, to) = (x.pointer, target.pointer, dx.mutablePointer)
            Parallel.ranges(count, grain: 16384) { range in
                for index in range { to[index] = a[index] > b[index] ? step : a[index] < b[index] ? -step : 0 }
            }
            keepAlive(x, target)
            return [dx]
        }
        return result
    }
}
