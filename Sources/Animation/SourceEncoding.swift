import Media
import Networks
import Tensors

extension PortraitNetwork {
    /// Encodes a source picture, with its detail where the network is meant to be used with it.
    ///
    /// - Parameters:
    ///   - picture: of any size and shape.
    ///   - side: of the results that are wanted, in pixels; those that the network then generates are as large or larger.
    public func encode(source picture: Picture, _ fit: Fit, side: Int) -> Source {
        let fitted = Tensor(picture.fitted(toSquare: size, fit))
        guard usesDetail else { return encode(source: fitted) }
        return encode(source: fitted, detail: side > size ? Tensor(picture.fitted(toSquare: side, fit)) : fitted)
    }
}
