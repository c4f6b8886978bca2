/// A file of a folder that no job takes, and why.
struct LeftOutFile: Codable, Equatable {
    /// The path, below the folder as it was given.
    let file: String
    /// One line.
    let reason: String
}
