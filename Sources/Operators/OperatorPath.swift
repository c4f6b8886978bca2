import Foundation

/// Which implementation the operators use. The plain loops stay beside the fast ones: tests run both, and setting the
/// environment variable `LIA_OPERATORS` to `reference` runs the whole program on the plain ones.
public enum OperatorPath: String, Sendable {
    case fast, reference

    /// The choice in force; `OperatorPath.$current.withValue(.reference) { … }` changes it for one piece of work.
    @TaskLocal public static var current: OperatorPath =
        environmentChoice.flatMap(OperatorPath.init) ?? .fast

    /// What `LIA_OPERATORS` says, where it names no implementation.
    public static var unknownChoice: String? { environmentChoice.flatMap { OperatorPath(rawValue: $0) == nil ? $0 : nil } }

    private static var environmentChoice: String? { ProcessInfo.processInfo.environment["LIA_OPERATORS"] }
}
