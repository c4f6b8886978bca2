import Foundation
import Operators

/// The options of a benchmark's command line, each `--name value` or a bare `--flag`.
public struct Arguments {
    private var rest: [String]
    private let program: String

    public init() {
        program = (CommandLine.arguments[0] as NSString).lastPathComponent
        rest = Array(CommandLine.arguments.dropFirst())
    }

    /// A number of at least `least`; ends the program with code 64 when it is none.
    public mutating func number(_ name: String, _ defaultValue: Int, least: Int = 1) -> Int {
        guard let text = value(name) else { return defaultValue }
        guard let number = Int(text), number >= least else { fail("\(name) wants a number from \(least), not \(text)") }
        return number
    }

    /// The network that `--network` names.
    public mutating func network(_ defaultName: String) -> NamedNetwork {
        let name = value("--network") ?? defaultName
        guard let network = NamedNetwork(name) else { fail("--network wants \(NamedNetwork.choices), not \(name)") }
        return network
    }

    /// What `--precision` names; float32 by default.
    public mutating func precision() -> Precision {
        guard let text = value("--precision") else { return .float32 }
        guard let precision = Precision(rawValue: text) else { fail("--precision wants float32 or bfloat16, not \(text)") }
        return precision
    }

    /// The text that follows `name`; nil if it is absent.
    public mutating func text(_ name: String) -> String? { value(name) }

    /// Whether the flag was given.
    public mutating func flag(_ name: String) -> Bool {
        guard let at = rest.firstIndex(of: name) else { return false }
        rest.remove(at: at)
        return true
    }

    /// Ends the program if an argument is left that nobody requested; the last call.
    public func finish() {
        if let unknown = rest.first { fail("does not know \(unknown)") }
    }

    private mutating func value(_ name: String) -> String? {
        guard let at = rest.firstIndex(of: name) else { return nil }
        guard at + 1 < rest.count else { fail("\(name) wants a value") }
        let value = rest[at + 1]
        rest.removeSubrange(at...at + 1)
        return value
    }

    private func fail(_ message: String) -> Never {
        FileHandle.standardError.write(Data("\(program): \(message)\n".utf8))
        exit(64)
    }
}
