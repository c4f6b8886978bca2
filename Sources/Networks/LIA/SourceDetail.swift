import Operators
import Tensors

/// What a network loses of its source, carried along by the motion: result = G(target) + warp(source − G(source)). Not in the
/// paper.
///
/// A small network rebuilds even its own source softly. What is missing is known, because the source is: it is taken from the
/// source's reconstruction with its own motion, and moves with the difference of the two flow fields. It counts less where the mask of
/// the largest level shows less of the source than in that reconstruction. Where nothing moves the result is the source itself. The residual may be larger than the network's pictures; the result then is, too.
public struct SourceDetail {
    /// S, in pixels.
    public var side: Int { residual.shape[2] }

    /// (1, 3, S, S): source − G(source).
    let residual: Tensor
    /// (1, 2, S, S): the flow with which the network rebuilds the source from itself.
    let flow: Tensor
    /// (1, 1, S, S): the mask with which it does.
    let mask: Tensor

    /// - Parameter picture: (1, 3, S, S), the source, S ≥ size.
    init(of picture: Tensor, source: LIA.Source, network: LIA) {
        precondition(picture.shape[2] == picture.shape[3] && picture.shape[2] >= network.size, "\(picture.shape)")
        var flow: Tensor?, mask: Tensor?
        let rebuilt = network.generate(source, magnitudes: source.magnitudes) { (flow, mask) = ($1.flow, $1.mask) }
        residual = Self.residual(of: picture, rebuilt: Self.enlarged(rebuilt, to: picture.shape[2]))
        self.flow = Self.enlarged(flow!, to: picture.shape[2])
        self.mask = Self.enlarged(mask!, to: picture.shape[2])
    }

    /// - Parameters:
    ///   - generated: (N, 3, size, size), the network's.
    ///   - flow: (N, 2, size, size), of its largest level.
    ///   - mask: (N, 1, size, size), of the same.
    /// - Returns: (N, 3, S, S).
    func added(to generated: Tensor, flow: Tensor, mask: Tensor) -> Tensor {
        let count = generated.shape[0]
        return Self.added(
            to: Self.enlarged(generated, to: side), residuals: residual, indices: Array(repeating: 0, count: count),
            flow: Self.enlarged(flow, to: side), own: Repetition.forward(self.flow, count: count),
            masks: (Self.enlarged(mask, to: side), self.mask))
    }

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

    private static func enlarged(_ x: Tensor, to side: Int) -> Tensor {
        x.shape[2] == side ? x : Enlargement.forward(x, side: side)
    }
}
