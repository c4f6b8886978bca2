/// What is wrong with a file or folder that the user named, in one line: where, what was expected, what was found,
/// and what to do next.
public struct FileError: Error, CustomStringConvertible, Equatable, Sendable {
    /// Which side of the program the file stands on; it decides the command's exit code.
    public enum Side: Sendable {
        /// Something that was read (exit code 65).
        case input
        /// Something that was to be written (exit code 74).
        case output
    }

    public let side: Side
    /// The path as the user gave it.
    public let path: String
    /// What is wrong and what to do, without the path and without a final full stop.
    public let problem: String

    /// Whether it is the machine that could not give the file now (no memory, no descriptor, a failing drive): the file itself may be fine.
    public internal(set) var isOfTheMachine = false

    /// Whether standard output is a pipe that nobody reads any more, which a program leaves without a word.
    public internal(set) var isUnread = false

    /// Whether the name itself is wrong, such as its ending, before anything was tried with a file of that name (exit code 64).
    public var isOfTheName = false

    public init(_ side: Side, _ path: String, _ problem: String) {
        self.side = side
        self.path = path
        self.problem = problem
    }

    /// A path within one printed line: control characters, which a file name may hold, are escaped.
    public static func printable(_ text: String) -> String {
        var line = ""
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: line += "\\u{\(String(scalar.value, radix: 16))}"
            default: line.unicodeScalars.append(scalar)
            }
        }
        return line
    }

    public var description: String { "\(Self.printable(path)): \(Self.printable(problem))" }
}
