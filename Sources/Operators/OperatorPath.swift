import Foundation

/// Which implementation the operators use. The plain loops stay beside the fast ones: tests run both, and setting the
/// environment variable `LIA_OPERATORS` to `reference` runs the whole program on the plain ones.
public enum OperatorPath: String, Sendable {
    case fast, reference

    /// The choice in force; `OperatorPath.$current.withValue(.reference) { … }` changes it for one piece of work.
    @TaskLocal public static var current: OperatorPath =
        ProcessInfo.processInfo.environment["LIA_OPERATORS"].flatMap(OperatorPath.init) ?? .fast
}
