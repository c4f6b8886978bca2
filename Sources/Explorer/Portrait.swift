import Animation
import Media
import Networks
import Tensors

/// A page's portrait, encoded once.
struct Portrait: @unchecked Sendable {
    /// What the user calls the file; for showing only.
    let name: String
    /// A command that makes the file, for one that the program drew.
    let origin: String?
    /// Its file, in the page's scratch folder or the user's own.
    let file: String
    /// As the network sees it: square, of its size.
    let picture: Picture
    let source: LIA.Source
    /// What the network makes of it without a change, every level's picture, 8 px first: (1, 3, H, W).
    let unchanged: [Tensor]

    init(name: String, origin: String?, file: String, picture: Picture, on network: LIA) {
        (self.name, self.origin, self.file, self.picture) = (name, origin, file, picture)
        source = network.encode(source: picture, .crop, side: network.size)
        var levels: [Tensor] = []
        _ = network.generate(source, magnitudes: source.magnitudes, pictures: { levels.append($1) })
        unchanged = levels
    }
}
