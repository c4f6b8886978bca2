import Media
import Networks
import Operators
import Tensors

/// A portrait with some motion plus α along one control: in a motion dictionary the linear manipulation G(z + D·(a + α·eᵢ)).
public struct Sweep {
    public let model: PortraitModel
    public let portrait: any EncodedPortrait
    /// (1, V): the motion that α is added to.
    public let base: Tensor

    /// - Parameter base: (1, V); the portrait's own motion where nil.
    public init(_ model: PortraitModel, _ portrait: any EncodedPortrait, base: Tensor? = nil) {
        precondition(base.map { $0.shape == portrait.motion.shape } ?? true, "a base has the values of a motion")
        (self.model, self.portrait, self.base) = (model, portrait, base ?? portrait.motion)
    }

    /// - Parameter direction: the control's number, from 1.
    /// - Returns: (1, V), the base with α added along one control.
    public func motion(direction: Int, amount: Float) -> Tensor {
        let count = model.network.controls.count
        precondition((1...count).contains(direction), "there is no direction \(direction)")
        var amounts = [Float](repeating: 0, count: count)
        amounts[direction - 1] = amount
        return portrait.edited(base, by: amounts)
    }

    /// - Parameters:
    ///   - direction: the control's number, from 1.
    ///   - amount: α, in the control's units.
    /// - Returns: (1, 3, S, S), RGB, nominally in [−1, 1].
    public func picture(direction: Int, amount: Float) -> Tensor {
        portrait.picture(motion(direction: direction, amount: amount))
    }

    /// A picture, and the flow of the largest level with which it was made, (1, 2, S, S); nil where the network shows none.
    public struct Frame {
        public let picture: Tensor
        public let flow: Tensor?
    }

    /// The frame at the base itself.
    public func origin() -> Frame { frame(base) }

    private func frame(_ motion: Tensor) -> Frame {
        guard let view = model.network.view(.flow) else { return Frame(picture: portrait.picture(motion), flow: nil) }
        var flow: Tensor?
        let picture = portrait.picture(motion) {
            if $0.view == view.name, $0.level + 1 == view.sides.count { flow = $0.values }
        }
        return Frame(picture: picture, flow: flow)
    }

    /// A whole sweep along one control.
    ///
    /// - Parameters:
    ///   - direction: the control's number, from 1.
    ///   - amounts: the values of α, increasing, at least one of them not 0.
    ///   - origin: what `origin()` gave, which all sweeps share.
    ///   - progress: called after each picture.
    public func run(
        direction: Int, amounts: [Float], origin: Frame, progress: () -> Void = {}
    ) -> DirectionSweep {
        var pictures: [Tensor] = [], movements: [Tensor] = []
        for amount in amounts {
            let frame = frame(motion(direction: direction, amount: amount))
            pictures.append(frame.picture)
            if let still = origin.flow, let flow = frame.flow {
                // The flow says where a place takes its pixels from; what is there has moved the other way.
                movements.append(Tensor(zip(still.values, flow.values).map { $0 - $1 }, still.shape))
            }
            progress()
        }
        return DirectionSweep(
            number: direction, amounts: amounts, pictures: pictures.map { Picture($0) }, movement: movements.last,
            statistics: SweepStatistics(amounts: amounts, pictures: pictures, origin: origin.picture, movements: movements))
    }
}
