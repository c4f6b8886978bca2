import Tensors

/// Channels of several tensors side by side.
public enum Concatenation {
    /// (N, C₁, …), (N, C₂, …), … → (N, C₁ + C₂ + …, …).
    public static func forward(_ parts: [Tensor]) -> Tensor {
        let first = parts[0].shape, samples = first[0]
        precondition(
            parts.allSatisfy { $0.shape.count >= 2 && $0.shape[0] == samples && $0.shape[2...] == first[2...] },
            "\(parts.map(\.shape)) differ in more than their channels")
        return Operator.concatenation.run(on: parts, operations: 0) {
            let channels = parts.reduce(0) { $0 + $1.shape[1] }
            let result = Tensor(uninitialized: [samples, channels] + first[2...])
            var to = result.mutablePointer
            for sample in 0..<samples {
                for part in parts {
                    let count = part.count / samples
                    to.update(from: part.pointer + sample * count, count: count)
                    to += count
                }
            }
            return result
        } backward: { gradient, _ in
            let results = parts.map { Tensor(uninitialized: $0.shape) }
            var from = gradient.pointer
            for sample in 0..<samples {
                for result in results {
                    let count = result.count / samples
                    (result.mutablePointer + sample * count).update(from: from, count: count)
                    from += count
                }
            }
            return results
        }
    }
}
