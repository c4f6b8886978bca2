import Files

/// What is wrong with something that was typed about directions, such as a name that the model does not know, in one line.
public struct DirectionError: Error, CustomStringConvertible, Equatable, Sendable {
    /// One line without a final full stop, safe to print.
    public let description: String

    /// - Parameter problem: what was expected, what was found and what to do; control characters in it are escaped.
    public init(_ problem: String) { description = FileError.printable(problem) }
}
