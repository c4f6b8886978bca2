import Tensors

/// How an operator without a gradient runs that makes every value from one value.
enum Elementwise {
    /// - Parameters:
    ///   - x: of any shape, which the result has, too.
    ///   - operations: of one value.
    ///   - definition: of one value.
    ///   - loop: makes `count` values from as many: result, values, count.
    static func run(
        _ name: Operator, on x: Tensor, operations: Int, definition: (Double) -> Double,
        loop: @escaping (UnsafeMutablePointer<Float>, UnsafePointer<Float>, Int) -> Void
    ) -> Tensor {
        name.run(on: [x], operations: operations * x.count) {
            let result = Tensor(uninitialized: x.shape)
            let (from, to) = (x.pointer, result.mutablePointer)
            if OperatorPath.current == .reference {
                for index in 0..<x.count { to[index] = Float(definition(Double(from[index]))) }
                return result
            }
            Parallel.ranges(x.count, grain: 4096) { range in loop(to + range.lowerBound, from + range.lowerBound, range.count) }
            return result
        }
    }
}
