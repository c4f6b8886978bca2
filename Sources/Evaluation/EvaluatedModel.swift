import Animation
import Media
import Networks
import Tensors

/// A network under evaluation, and what reports call it.
public struct EvaluatedModel: @unchecked Sendable {
    public let name: String
    public let network: LIA
    /// The checkpoint that the network was read from; what is found of a network without one is not kept.
    public let checkpoint: String?

    public init(name: String, network: LIA, checkpoint: String? = nil) {
        (self.name, self.network, self.checkpoint) = (name, network, checkpoint)
    }

    /// A picture as the network takes it, resized where it is of another size.
    func input(_ picture: Picture) -> Tensor {
        Tensor(picture.width == network.size ? picture : picture.resized(width: network.size, height: network.size))
    }

    /// A square picture as a source, with its detail where the model is meant to be used with it.
    ///
    /// - Parameter size: of the frames that are to be measured, in pixels.
    func source(_ picture: Picture, size: Int) -> LIA.Source { network.encode(source: picture, .crop, side: size) }

    /// A frame of the source with the given magnitudes, (1, M), as a picture of `size` pixels on a side.
    func frame(_ source: LIA.Source, magnitudes: Tensor, size: Int) -> Picture {
        let picture = Picture(network.generate(source, motion: magnitudes))
        return size == picture.width ? picture : picture.resized(width: size, height: size)
    }
}
