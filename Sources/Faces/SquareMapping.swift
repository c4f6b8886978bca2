import Foundation
import Media

extension FaceRectangle {
    /// The map from the picture's pixels to those of a picture of this square, for families that cut by an affine warp. A pixel's coordinate
    /// is its index in both, and the square's middle becomes the place (side/2, side/2).
    ///
    /// - Parameter side: of the square's picture, in pixels.
    public func map(toSide side: Int) -> PixelMap {
        let scale = Double(side) / Double(self.side), half = Double(side) / 2
        let (c, s) = (scale * cos(Double(angle)), scale * sin(Double(angle))), (x, y) = (Double(x), Double(y))
        return PixelMap([c, s, half - (c * x + s * y), -s, c, half - (c * y - s * x)].map { Float($0) })
    }
}
