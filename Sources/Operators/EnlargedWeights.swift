import Tensors

/// The weights of a 3×3 convolution, arranged for planes whose rows and columns are repeated (see `EnlargedConvolution`).
public final class EnlargedWeights: @unchecked Sendable {
    /// (O, C, 3, 3).
    public let tensor: Tensor
    let outputs, channels: Int
    /// Matrices (O, C) of the kernel with its rows, and columns, summed (S), or only the first or the last of them (0, 2): SS; 0S and 2S;
    /// S0 and S2; 00, 02, 20 and 22.
    let plain, down, across, both: Tensor

    public init(_ tensor: Tensor) {
        precondition(tensor.shape.count == 4 && tensor.shape[2...] == [3, 3], "weight \(tensor.shape)")
        self.tensor = tensor
        (outputs, channels) = (tensor.shape[0], tensor.shape[1])
        let (all, first, last) = ([0, 1, 2], [0], [2])
        plain = Self.matrices(tensor, [(all, all)])
        down = Self.matrices(tensor, [(first, all), (last, all)])
        across = Self.matrices(tensor, [(all, first), (all, last)])
        both = Self.matrices(tensor, [(first, first), (first, last), (last, first), (last, last)])
        tensor.releasePages()
    }

    /// A matrix for each part of the kernel, its sum over some rows and columns, one below the other.
    private static func matrices(_ tensor: Tensor, _ parts: [(rows: [Int], columns: [Int])]) -> Tensor {
        let count = tensor.count / 9, result = Tensor(uninitialized: [parts.count * tensor.shape[0], tensor.shape[1]])
        for (number, part) in parts.enumerated() {
            for index in 0..<count {
                result.mutablePointer[number * count + index] = part.rows.reduce(0) { sum, row in
                    part.columns.reduce(sum) { $0 + tensor.pointer[index * 9 + row * 3 + $1] }
                }
            }
        }
        keepAlive(tensor)
        return result
    }
}
