import Tensors

/// Families read and make colors from 0 to 1 where the program's pictures have −1 to 1.
extension Tensor {
    /// Colors in [0, 1] from [−1, 1].
    package var fractions: Tensor { mapped { ($0 + 1) / 2 } }

    /// Colors in [−1, 1] from [0, 1].
    package var signed: Tensor { mapped { 2 * $0 - 1 } }

    /// Not differentiated.
    private func mapped(_ value: (Float) -> Float) -> Tensor {
        let result = Tensor(uninitialized: shape), from = pointer, to = result.mutablePointer
        for index in 0..<count { to[index] = value(from[index]) }
        keepAlive(self)
        return result
    }
}
