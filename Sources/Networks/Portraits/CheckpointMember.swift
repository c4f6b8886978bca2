import Tensors

/// A dictionary of tensors in the checkpoints that a family's authors write.
public struct CheckpointMember: Sendable {
    /// Its key in the checkpoint: "gen".
    public let key: String
    /// By their names in it.
    public let tensors: [(name: String, tensor: Tensor)]

    public init(key: String, tensors: [(name: String, tensor: Tensor)]) { (self.key, self.tensors) = (key, tensors) }
}
