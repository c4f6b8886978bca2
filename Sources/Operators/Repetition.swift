import Tensors

/// One item repeated for every sample of a batch.
public enum Repetition {
    /// (1, …) → (count, …); the item itself for a count of 1.
    public static func forward(_ x: Tensor, count: Int) -> Tensor {
        precondition(x.shape.first == 1, "expected one item, found \(x.shape)")
        guard count > 1 else { return x }
        return Operator.repetition.run(on: [x], operations: 0) {
            let result = Tensor(uninitialized: [count] + x.shape.dropFirst())
            for item in 0..<count { (result.mutablePointer + item * x.count).update(from: x.pointer, count: x.count) }
            return result
        } backward: { gradient, _ in
            let sum = Tensor(zeros: x.shape)
            for index in 0..<gradient.count { sum.mutablePointer[index % x.count] += gradient.pointer[index] }
            return [sum]
        }
    }
}
