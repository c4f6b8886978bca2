import Animation
import Networks
import Tensors

/// A way to transfer motion, one of those that stand side by side.
public struct TransferVariant: Sendable {
    /// What pictures and tables call it.
    public let label: String
    /// Which of the comparison's models, from 0.
    public let model: Int
    public let transfer: Transfer
    /// Where relative transfer starts; not by number.
    public let reference: ReferenceFrame

    public init(label: String, model: Int = 0, transfer: Transfer, reference: ReferenceFrame = .first) {
        (self.label, self.model, self.transfer, self.reference) = (label, model, transfer, reference)
    }

    /// The three that every comparison begins with: absolute, relative from the first frame, relative from the best.
    ///
    /// - Parameter name: of the model, where there are several.
    public static func defaults(model: Int = 0, name: String? = nil) -> [TransferVariant] {
        let end = name.map { ", \($0)" } ?? ""
        return [
            TransferVariant(label: "absolute" + end, model: model, transfer: Transfer(.absolute)),
            TransferVariant(label: "relative, first" + end, model: model, transfer: Transfer(.relative)),
            TransferVariant(label: "relative, best" + end, model: model, transfer: Transfer(.relative), reference: .best),
        ]
    }

    /// Which motion the portrait takes on.
    var target: TargetMotion { TargetMotion(transfer) }

    /// Where relative transfer starts, counted from 0: the first frame, or the one nearest the portrait's pose.
    ///
    /// - Parameter motions: (1, V) of each driving frame.
    func referenceFrame(_ motions: [Tensor], _ portrait: any EncodedPortrait, on network: any VideoDriven) -> Int {
        guard transfer.mode == .relative, reference == .best else { return 0 }
        return target.bestReference(motions, portrait, on: network)
    }
}
