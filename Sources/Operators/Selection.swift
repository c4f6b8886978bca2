import Tensors

/// Items of a batch by number, each as often as it is named: one encoded frame serves several reconstructions.
public enum Selection {
    /// - Parameters:
    ///   - x: (N, …).
    ///   - indices: K numbers from 0 to N − 1.
    /// - Returns: (K, …).
    public static func forward(_ x: Tensor, indices: [Int]) -> Tensor {
        precondition(indices.allSatisfy { x.shape[0] > $0 && $0 >= 0 }, "\(indices) of \(x.shape)")
        let size = x.count / max(x.shape[0], 1)
        return Operator.selection.run(on: [x], operations: 0) {
            let result = Tensor(uninitialized: [indices.count] + x.shape.dropFirst())
            let (from, to) = (x.pointer, result.mutablePointer)
            Parallel.forEach(indices.count) { (to + $0 * size).update(from: from + indices[$0] * size, count: size) }
            return result
        } backward: { gradient, _ in
            let dx = Tensor(zeros: x.shape)
            let (from, to) = (gradient.pointer, dx.mutablePointer)
            // The threads share the values of an item: two uses of one item never meet.
            Parallel.ranges(size, grain: 4096) { range in
                for (place, index) in indices.enumerated() {
                    for offset in range { to[index * size + offset] += from[place * size + offset] }
                }
            }
            return [dx]
        }
    }
}
