import Media
import Networks
import Tensors

extension PortraitModel {
    /// Larger results are for those who request them: they take longer, and the motion is no finer.
    private static let largestDefaultSide = 512

    /// The side of results where none is requested: the network's own; with detail the source's, within limits.
    ///
    /// - Parameters:
    ///   - width: of the source, in pixels.
    ///   - height: of the source, in pixels.
    public func defaultSide(width: Int, height: Int, _ fit: Fit) -> Int {
        guard usesDetail else { return network.outputSize }
        let side = fit == .pad ? max(width, height) : min(width, height)
        return max(network.outputSize, min(Self.largestDefaultSide, side / 2 * 2))
    }

    /// A picture as the network reads it, (1, 3, inputSize, inputSize).
    public func input(_ picture: Picture, _ fit: Fit) -> Tensor { Tensor(picture.fitted(toSquare: network.inputSize, fit)) }

    /// Encodes a portrait, with its detail where the model uses it.
    ///
    /// - Parameters:
    ///   - picture: of any size and shape.
    ///   - side: of the requested results, in pixels; those that the portrait then gives are as large or larger.
    public func encode(_ picture: Picture, _ fit: Fit, side: Int) throws -> any EncodedPortrait {
        let input = input(picture, fit)
        let detailSide = max(side, network.outputSize)
        guard usesDetail, detailSide != network.inputSize else { return try encode(input, detail: input) }
        return try encode(input, detail: Tensor(picture.fitted(toSquare: detailSide, fit)))
    }
}
