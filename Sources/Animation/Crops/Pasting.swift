import Faces
import Media

/// Puts squares back into pictures as they were cut: feathered at the picture's scale, or by the warp of a network's framing.
package enum Pasting: Sendable {
    case feathered(PasteBack)
    case warped(WarpedPasteBack)

    /// - Parameters:
    ///   - square: that was cut out.
    ///   - width, height: of the picture.
    ///   - warps: whether it was cut by an affine warp.
    package init(_ square: FaceRectangle, width: Int, height: Int, warps: Bool) {
        self = warps ? .warped(WarpedPasteBack(square)) : .feathered(PasteBack(square, width: width, height: height))
    }

    package func paste(_ patch: Picture, onto picture: inout Picture) {
        switch self {
        case .feathered(let paste): paste.paste(patch, onto: &picture)
        case .warped(let paste): paste.paste(patch, onto: &picture)
        }
    }
}
