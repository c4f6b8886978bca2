import Operators
import Tensors

/// What a network loses of its source, carried along by the motion: result = G(target) + warp(source − G(source)). Not in the
/// paper.
///
/// A small network rebuilds even its own source softly. What is missing is known, because the source is: it is taken from the
/// source's reconstruction with its own motion, and moves with the difference of the two flow fields. It counts less where the mask
/// of the largest level shows less of the source than in that reconstruction. Where nothing moves the result is the source itself.
package enum SourceDetail {
    /// - Parameters:
    ///   - pictures: (N, 3, S, S).
    ///   - rebuilt: the same pictures as the network makes them of themselves.
    /// - Returns: (N, 3, S, S).
    package static func residual(of pictures: Tensor, rebuilt: Tensor) -> Tensor {
        Sum.forward(pictures, minus: rebuilt)
    }

    /// - Parameters:
    ///   - generated: (N, 3, S, S).
    ///   - residuals: (R, 3, S, S).
    ///   - indices: for each picture the number of its residual; nil for none.
    ///   - flow: (N, 2, S, S), with which the pictures were made.
    ///   - own: (N, 2, S, S), with which their sources were.
    ///   - masks: (N, 1, S, S), with which the pictures were made, and (R, 1, S, S), with which the residuals' were.
    /// - Returns: (N, 3, S, S).
    package static func added(
        to generated: Tensor, residuals: Tensor, indices: [Int?], flow: Tensor, own: Tensor, masks: (moved: Tensor, own: Tensor)
    ) -> Tensor {
        ResidualWarp.forward(
            generated, residuals: residuals, indices: indices, displacement: Sum.forward(flow, minus: own),
            masks: (masks.moved.detached, masks.own.detached))
    }
}
