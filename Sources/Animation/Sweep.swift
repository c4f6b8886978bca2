import Media
import Networks
import Operators
import Tensors

/// The linear manipulation of LIA (section 4.5): a source with its own motion plus α along one direction of the dictionary,
/// G(z + D·(a + α·eᵢ)).
public struct Sweep {
    public let network: LIA
    public let source: LIA.Source
    /// (1, M): the magnitudes a that α is added to.
    public let base: Tensor

    /// - Parameter base: (1, M); the source's own magnitudes where nil. Zeros are the canonical pose.
    public init(_ network: LIA, source: LIA.Source, base: Tensor? = nil) {
        precondition(base.map { $0.shape == source.magnitudes.shape } ?? true, "a base has a magnitude for every direction")
        (self.network, self.source, self.base) = (network, source, base ?? source.magnitudes)
    }

    /// - Parameter direction: 1…M.
    /// - Returns: (1, M), the base with α added to one magnitude.
    public func magnitudes(direction: Int, amount: Float) -> Tensor {
        precondition((1...base.count).contains(direction), "there is no direction \(direction)")
        var values = base.values
        values[direction - 1] += amount
        return Tensor(values, base.shape)
    }

    /// - Parameters:
    ///   - direction: 1…M.
    ///   - amount: α, in units of the direction's magnitude.
    /// - Returns: (1, 3, size, size), RGB, nominally in [−1, 1].
    public func picture(direction: Int, amount: Float) -> Tensor {
        network.generate(source, magnitudes: magnitudes(direction: direction, amount: amount))
    }

    /// The picture at the base itself, and the flow of the last level there, (1, 2, size, size).
    public func origin() -> (picture: Tensor, flow: Tensor) { frame(base) }

    private func frame(_ magnitudes: Tensor) -> (picture: Tensor, flow: Tensor) {
        var flow: Tensor?
        let picture = network.generate(source, magnitudes: magnitudes) { flow = $1.flow }
        return (picture, flow!)
    }

    /// A whole sweep along one direction.
    ///
    /// - Parameters:
    ///   - direction: 1…M.
    ///   - amounts: the values of α, increasing, at least one of them not 0.
    ///   - origin: what `origin()` gave, which all directions share.
    ///   - progress: called after each picture.
    public func run(
        direction: Int, amounts: [Float], origin: (picture: Tensor, flow: Tensor), progress: () -> Void = {}
    ) -> DirectionSweep {
        let still = origin.flow.values
        var pictures: [Tensor] = [], movements: [Tensor] = []
        for amount in amounts {
            let frame = frame(magnitudes(direction: direction, amount: amount))
            pictures.append(frame.picture)
            // The flow says where a place takes its pixels from; what is there has moved the other way.
            movements.append(Tensor(zip(still, frame.flow.values).map { $0 - $1 }, origin.flow.shape))
            progress()
        }
        return DirectionSweep(
            number: direction, amounts: amounts, pictures: pictures.map { Picture($0) }, movement: movements.last!,
            statistics: SweepStatistics(amounts: amounts, pictures: pictures, origin: origin.picture, movements: movements))
    }
}
