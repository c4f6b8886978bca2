import Checkpoints
import Tensors

extension ReferenceVectors {
    /// Tensors whose names and shapes stand under a prefix, drawn value by value as Tools/common/drawn_weights.py does.
    public func drawn(_ prefix: String, seed: UInt64) throws -> [(name: String, tensor: Tensor)] {
        var random = RandomSource(seed: seed)
        return try names(under: prefix).map { name in
            let tensor = Tensor(uninitialized: try self(prefix + name).values.map { Int($0) })
            let value: (Float) -> Float
            if tensor.shape.count > 1 {
                let bound = Float((6 / Double(tensor.count / tensor.shape[0])).squareRoot())
                value = name.hasPrefix("lin") && tensor.shape.count == 4 ? { $0 } : { (2 * $0 - 1) * bound }
            } else if name.hasSuffix("prelu.weight") {
                value = { 0.1 + 0.3 * $0 }
            } else if name.hasSuffix("running_var") || name.hasSuffix("weight") {
                value = { 0.8 + 0.4 * $0 }
            } else {
                value = { 0.2 * $0 - 0.1 }
            }
            for index in 0..<tensor.count { tensor.mutablePointer[index] = value(random.uniform()) }
            return (name, tensor)
        }
    }

    /// Writes these tensors as a checkpoint file.
    public func writeDrawn(_ prefix: String, seed: UInt64, to path: String) throws {
        try SafetensorsFile.write(drawn(prefix, seed: seed), to: path, overwrite: true)
    }
}
