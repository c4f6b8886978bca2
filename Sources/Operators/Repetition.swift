import Tensors

/// One item repeated for every sample of a batch.
public enum Repetition {
    /// (1, …) → (count, …).
    public static func forward(_ x: Tensor, count: Int) -> Tensor {
        precondition(x.shape.first == 1, "expected one item, found \(x.shape)")
        guard count > 1 else { return x }
        defer { keepAlive(x) }
        let result = Tensor(uninitialized: [count] + x.shape.dropFirst())
        for item in 0..<count {
            (result.mutablePointer + item * x.count).update(from: x.pointer, count: x.count)
        }
        Tape.record(result, from: [x]) { gradient in
            let sum = Tensor(zeros: x.shape)
            for index in 0..<gradient.count { sum.mutablePointer[index % x.count] += gradient.pointer[index] }
            keepAlive(gradient)
            return [sum]
        }
        return result
    }
}
