import Media

extension Picture {
    /// A square picture as large as the networks that find faces want it at least: 256 px.
    var enlargedForFaces: Picture { width < 256 ? resized(width: 256, height: 256) : self }
}
