import Files

/// What is wrong inside a checkpoint's bytes, before the file's name is known; `Checkpoint` turns it into a `FileError`.
struct Malformed: Error {
    let problem: String

    init(_ problem: String) { self.problem = problem }

    /// A name out of a file, in quotes and of bearable length.
    static func quoted(_ name: String) -> String {
        name.unicodeScalars.count <= 200 ? "'\(name)'" : "'\(String(name.unicodeScalars.prefix(200)))…'"
    }
}
