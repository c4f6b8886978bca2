import Tensors

/// max(x, 0), value by value: the activation of VGG.
public enum Rectifier {
    public static func forward(_ x: Tensor) -> Tensor {
        defer { keepAlive(x) }
        let result = Tensor(uninitialized: x.shape)
        let (from, to) = (x.pointer, result.mutablePointer)
        Parallel.ranges(x.count, grain: 16384) { range in
            for index in range { to[index] = max(from[index], 0) }
        }
        Tape.record(result, from: [x]) { gradient in
            let dx = Tensor(uninitialized: x.shape)
            let (y, g, to) = (result.pointer, gradient.pointer, dx.mutablePointer)
            Parallel.ranges(x.count, grain: 16384) { range in
                for index in range { to[index] = y[index] > 0 ? g[index] : 0 }
            }
            keepAlive(gradient)
            return [dx]
        }
        return result
    }
}
