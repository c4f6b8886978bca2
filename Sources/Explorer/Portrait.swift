import Animation
import Media
import Networks
import Tensors

/// A page's portrait, encoded once.
package struct Portrait: @unchecked Sendable {
    /// What the user calls the file; for showing only.
    let name: String
    /// A command that makes the file, for one that the program drew.
    let origin: String?
    /// Its file, in the page's scratch folder or the user's own.
    let file: String
    /// Square, of the side of the frames that the page shows.
    let picture: Picture
    package let encoded: any EncodedPortrait
    /// What the network makes of it without a change, every level's picture, 8 px first: (1, 3, H, W).
    let unchanged: [Tensor]

    /// Larger frames would take longer than the page has for one.
    private static let largestLiveSide = 256

    /// - Parameter original: what the file holds.
    package init(name: String, origin: String?, file: String, original: Picture, on model: PortraitModel) throws {
        let network = model.network
        let requested = model.defaultSide(width: original.width, height: original.height, .crop)
        let side = max(network.outputSize, min(requested, Self.largestLiveSide))
        (self.name, self.origin, self.file) = (name, origin, file)
        picture = original.fitted(toSquare: side, .crop)
        encoded = try model.encode(original, .crop, side: side)
        unchanged = ViewPicture.levels(of: encoded, motion: encoded.motion, on: network).levels
    }
}
