import Tensors

/// Items of a batch by index, each as often as it is named: one encoded frame serves several reconstructions.
public enum Selection {
    /// - Parameters:
    ///   - x: (N, …).
    ///   - indices: K numbers from 0 to N − 1.
    /// - Returns: (K, …).
    public static func forward(_ x: Tensor, indices: [Int]) -> Tensor {
        precondition(indices.allSatisfy { x.shape[0] > $0 && $0 >= 0 }, "\(indices) of \(x.shape)")
        defer { keepAlive(x) }
        let size = x.count / max(x.shape[0], 1)
        let result = Tensor(uninitialized: [indices.count] + x.shape.dropFirst())
        let (from, to) = (x.pointer, result.mutablePointer)
        Parallel.forEach(indices.count) { (to + $0 * size).update(from: from + indices[$0] * size, count: size) }
        Tape.record(result, from: [x]) { gradient in
            let dx = Tensor(zeros: x.shape)
            let (from, to) = (gradient.pointer, dx.mutablePointer)
            // By value within an item, so that two uses of one item never meet.
            Parallel.ranges(size, grain: 4096) { range in
                for (place, index) in indices.enumerated() {
                    for offset in range { to[index * size + offset] += from[place * size + offset] }
                }
            }
            keepAlive(gradient)
            return [dx]
        }
        return result
    }
}
