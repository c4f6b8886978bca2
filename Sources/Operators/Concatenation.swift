import Tensors

/// Channels of several tensors side by side, for networks that only measure: there is no gradient.
public enum Concatenation {
    /// (N, C₁, H, W), (N, C₂, H, W), … → (N, C₁ + C₂ + …, H, W).
    public static func forward(_ parts: [Tensor]) -> Tensor {
        let first = parts[0].shape
        precondition(parts.allSatisfy { !Tape.tracks($0) }, "concatenation has no gradient")
        precondition(parts.allSatisfy { $0.shape[0] == first[0] && $0.shape[2...] == first[2...] }, "\(parts.map(\.shape))")
        let result = Tensor(uninitialized: [first[0], parts.reduce(0) { $0 + $1.shape[1] }, first[2], first[3]])
        var to = result.mutablePointer
        for sample in 0..<first[0] {
            for part in parts {
                let count = part.count / first[0]
                to.update(from: part.pointer + sample * count, count: count)
                to += count
                keepAlive(part)
            }
        }
        return result
    }
}
