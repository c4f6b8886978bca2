import Files

/// What is wrong with a request itself, in one line.
struct RequestError: Error, CustomStringConvertible {
    /// Safe to print.
    let description: String

    init(_ problem: String) { description = FileError.printable(problem) }
}
