import Animation
import Networks
import Tensors

/// A way to transfer motion, one of those that stand side by side.
public struct TransferVariant: Sendable {
    /// What pictures and tables call it.
    public let label: String
    /// Which of the comparison's models, from 0.
    public let model: Int
    public let mode: TransferMode
    /// Where relative transfer starts; not by number.
    public let reference: ReferenceFrame
    /// Scales the motion that is added to the source's own.
    public let strength: Float
    /// The directions, 1…M, along which motion is transferred; all where nil.
    public let transferred: Set<Int>?

    public init(
        label: String, model: Int = 0, mode: TransferMode, reference: ReferenceFrame = .first, strength: Float = 1,
        transferred: Set<Int>? = nil
    ) {
        (self.label, self.model, self.mode) = (label, model, mode)
        (self.reference, self.strength, self.transferred) = (reference, strength, transferred)
    }

    /// The three that every comparison begins with: absolute, relative from the first frame, relative from the best.
    ///
    /// - Parameter name: of the model, where there are several.
    public static func standard(model: Int = 0, name: String? = nil) -> [TransferVariant] {
        let end = name.map { ", \($0)" } ?? ""
        return [
            TransferVariant(label: "absolute" + end, model: model, mode: .absolute),
            TransferVariant(label: "relative, first" + end, model: model, mode: .relative),
            TransferVariant(label: "relative, best" + end, model: model, mode: .relative, reference: .best),
        ]
    }

    /// Where relative transfer starts, counted from 0: the first frame, or the one nearest the source's pose.
    ///
    /// - Parameters:
    ///   - motions: (1, M) of each driving frame.
    ///   - own: (1, M) of the source.
    func referenceFrame(_ network: LIA, _ motions: [Tensor], own: Tensor) -> Int {
        guard mode == .relative, reference == .best else { return 0 }
        let distances = motions.map { network.distance($0, own) }
        return distances.indices.min { distances[$0] < distances[$1] }!
    }

    /// The magnitudes that a frame of the source is generated with.
    ///
    /// - Parameters:
    ///   - driving: (1, M) of the driving frame.
    ///   - reference: (1, M) of the reference frame.
    ///   - own: (1, M) of the source.
    /// - Returns: (1, M).
    func asked(_ network: LIA, driving: Tensor, reference: Tensor, own: Tensor) -> Tensor {
        let target = network.transfer(mode, driving: driving, reference: reference, source: own, strength: strength)
        guard let transferred else { return target }
        let (values, kept) = (target.values, own.values)
        return Tensor(values.indices.map { transferred.contains($0 + 1) ? values[$0] : kept[$0] }, target.shape)
    }
}
