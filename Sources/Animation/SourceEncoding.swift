import Media
import Networks
import Tensors

extension PortraitNetwork {
    /// The side of results where none is asked for: the network's own; with the source's detail the source's, within limits.
    ///
    /// - Parameters:
    ///   - width: of the source, in pixels.
    ///   - height: of the source, in pixels.
    public func usualSide(width: Int, height: Int, _ fit: Fit) -> Int {
        guard usesDetail else { return size }
        let side = fit == .pad ? max(width, height) : min(width, height)
        return max(size, min(largestUsualSide, side / 2 * 2))
    }

    /// Larger results are for those who ask for them: they take longer, and the motion is no finer.
    private var largestUsualSide: Int { 512 }

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
