/// What a written file says about itself. Nothing of the source's own metadata is ever copied.
public struct MediaMetadata: Sendable {
    /// One line; nil for none.
    public var title: String?
    /// Any text, such as how the file was made; nil for none.
    public var comment: String?

    public init(title: String? = nil, comment: String? = nil) {
        self.title = title
        self.comment = comment
    }
}
