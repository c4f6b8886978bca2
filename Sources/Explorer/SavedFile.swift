/// A file that a page requested to save, in its scratch folder.
struct SavedFile: Sendable {
    let path: String
    /// What the browser is to call it.
    let name: String
    /// Its media type.
    let type: String
}
