import Foundation
import Operators
import Tensors

/// Every f-th pixel of a picture that a Gaussian has smoothed, with σ = (f − 1)/2 and zeros outside. Its kernel is a fixed tensor of the
/// authors' checkpoints, "down.weight".
package struct AntialiasedDownscaling {
    private let factor: Int
    /// (3, 1, k, k); nil where the picture stays as it is.
    private let kernel: Tensor?
    private let none = Tensor(zeros: [3])

    /// - Parameters:
    ///   - factor: how many times smaller pictures become, at least 1.
    ///   - isChecked: whether a checkpoint's kernel must be this one; false where the factor is another than the checkpoint's.
    package init(_ scope: ParameterScope, factor: Int, isChecked: Bool = true) {
        self.factor = factor
        guard factor > 1 else {
            if !isChecked { scope.unused("down.weight") }
            kernel = nil
            return
        }
        let values = Self.kernel(factor: factor), side = Self.side(factor: factor)
        let all = (0..<3).flatMap { _ in values }
        scope.fixed("down.weight", [3, 1, side, side], all, isChecked: isChecked)
        kernel = Tensor(all, [3, 1, side, side])
    }

    /// (N, 3, H, W) → (N, 3, ⌈H/f⌉, ⌈W/f⌉).
    package func callAsFunction(_ picture: Tensor) -> Tensor {
        guard let kernel else { return picture }
        let edge = kernel.shape[3] / 2
        return DepthwiseConvolution.forward(
            picture, weight: kernel, bias: none, stride: factor, rows: (edge, edge), columns: (edge, edge))
    }

    /// Side of the kernel: 5 for ½, 13 for ¼, 29 for ⅛.
    static func side(factor: Int) -> Int { 2 * Int((2 * Double(factor - 1)).rounded()) + 1 }

    /// The Gaussian, which sums to 1.
    private static func kernel(factor: Int) -> [Float] {
        let side = side(factor: factor), deviation = Double(factor - 1) / 2
        let line = (0..<side).map { exp(-0.5 * pow(Double($0 - side / 2) / deviation, 2)) }, sum = line.reduce(0, +)
        return line.flatMap { row in line.map { Float(row / sum * $0 / sum) } }
    }
}
