import Foundation

/// The implementation that operators use. A plain definition stands beside every fast path: tests run both, and the environment variable
/// `LIA_OPERATORS=reference` runs the whole program on the plain ones.
public enum OperatorPath: String, Sendable {
    case fast, reference

    /// The current choice; `OperatorPath.$current.withValue(.reference) { … }` changes it for one piece of work.
    @TaskLocal public static var current: OperatorPath =
        environmentChoice.flatMap(OperatorPath.init) ?? .fast

    /// The value of `LIA_OPERATORS` if it names no implementation.
    public static var unknownChoice: String? { environmentChoice.flatMap { OperatorPath(rawValue: $0) == nil ? $0 : nil } }

    private static var environmentChoice: String? { ProcessInfo.processInfo.environment["LIA_OPERATORS"] }
}
