import Tensors

/// One operator of a network, with its constants: reads some tensors and makes one.
struct GraphStep: Sendable {
    /// Indices of tensors.
    let inputs: [Int]
    let output: Int
    let run: @Sendable ([Tensor]) -> Tensor
}
