import Tensors

/// How an operator runs that makes every value from one value.
enum Elementwise {
    /// Runs an operator without a gradient.
    ///
    /// - Parameters:
    ///   - x: of any shape, which the result has, too.
    ///   - operations: of one value.
    ///   - definition: of one value.
    ///   - loop: makes `count` values from as many: result, values, count.
    static func run(
        _ name: Operator, on x: Tensor, operations: Int, definition: (Double) -> Double,
        loop: @escaping (UnsafeMutablePointer<Float>, UnsafePointer<Float>, Int) -> Void
    ) -> Tensor {
        name.run(on: [x], operations: operations * x.count) { computed(x, definition: definition, loop: loop) }
    }

    /// The values alone, for an operator that has a gradient besides.
    static func computed(
        _ x: Tensor, definition: (Double) -> Double, loop: (UnsafeMutablePointer<Float>, UnsafePointer<Float>, Int) -> Void
    ) -> Tensor {
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
