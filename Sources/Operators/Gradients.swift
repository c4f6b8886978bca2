import Tensors

/// The gradients of tensors, by tensor.
public final class Gradients {
    private var values: [ObjectIdentifier: (tensor: Tensor, isOwn: Bool)] = [:]

    /// The gradient of a watched tensor, in its shape; nil if nothing depends on it.
    public subscript(_ tensor: Tensor) -> Tensor? { values[tensor.identity]?.tensor.reshaped(tensor.shape) }

    func add(_ gradient: Tensor, to tensor: Tensor) {
        guard let (present, isOwn) = values[tensor.identity] else {
            values[tensor.identity] = (gradient, false)
            return
        }
        // One gradient tensor may belong to several tensors: only a sum that was made here is added to in place.
        let sum = isOwn ? present : Tensor(uninitialized: present.shape)
        let (a, b, to) = (present.pointer, gradient.pointer, sum.mutablePointer)
        Parallel.ranges(sum.count, grain: 16384) { range in
            for index in range { to[index] = a[index] + b[index] }
        }
        keepAlive(present, gradient)
        values[tensor.identity] = (sum, true)
    }

    func take(_ tensor: Tensor) -> Tensor? {
        values.removeValue(forKey: tensor.identity)?.tensor.reshaped(tensor.shape)
    }
}
