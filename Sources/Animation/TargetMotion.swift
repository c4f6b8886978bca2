import Networks
import Tensors

/// Which motion a portrait takes on: the driving motion transferred to it, and an edit added. The one place where amounts are added,
/// controls are left out, and a reference frame is chosen.
public struct TargetMotion: Equatable, Sendable {
    public var transfer: Transfer
    /// Added along the controls, number 1 first; empty for none. In relative transfer this is the edited portrait, animated; in
    /// absolute transfer, which takes nothing from the portrait's own pose, the edit is added to the driving one.
    public var edit: [Float]
    /// Whether a portrait that nothing drives starts from the canonical pose x_r, where all magnitudes are 0, instead of its own motion.
    public var startsFromCanonical = false

    public init(_ transfer: Transfer = Transfer(), edit: [Float] = []) { (self.transfer, self.edit) = (transfer, edit) }

    /// The portrait's own motion or the canonical one, (1, V), edited.
    public func still(_ portrait: any EncodedPortrait) -> Tensor { edited(start(portrait), portrait) }

    /// The portrait's own motion or the canonical one, (1, V), edited, with further amounts along the controls.
    ///
    /// - Parameter amounts: as many as controls, number 1 first.
    public func still(_ portrait: any EncodedPortrait, adding amounts: [Float]) -> Tensor {
        portrait.edited(start(portrait), by: edit.isEmpty ? amounts : zip(edit, amounts).map { $0 + $1 })
    }

    /// The motion of a driven frame.
    ///
    /// - Parameters:
    ///   - driving: (1, V) of the driving frame.
    ///   - reference: (1, V) of the reference frame.
    /// - Returns: (1, V).
    public func moved(
        _ portrait: any EncodedPortrait, driving: Tensor, reference: Tensor, on network: any VideoDriven
    ) -> Tensor {
        edited(network.transfer(transfer, driving: driving, reference: reference, to: portrait), portrait)
    }

    /// The driving frame, counted from 0, whose motion is nearest the portrait's own, edited.
    ///
    /// - Parameter motions: (1, V) of every driving frame; at least one.
    public func bestReference(_ motions: [Tensor], _ portrait: any EncodedPortrait, on network: any VideoDriven) -> Int {
        let pose = still(portrait)
        let distances = motions.map { network.distance($0, pose) }
        return distances.indices.min { distances[$0] < distances[$1] }!
    }

    private func start(_ portrait: any EncodedPortrait) -> Tensor {
        startsFromCanonical ? portrait.canonicalMotion : portrait.motion
    }

    private func edited(_ motion: Tensor, _ portrait: any EncodedPortrait) -> Tensor {
        edit.isEmpty ? motion : portrait.edited(motion, by: edit)
    }
}
