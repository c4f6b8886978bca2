/// A wrong setting: its key and its problem.
public struct SettingError: Error, CustomStringConvertible, Equatable {
    public let key: String
    public let problem: String

    public init(key: String, problem: String) { (self.key, self.problem) = (key, problem) }

    public init(key: String, value: String, allowed: String) {
        self.init(key: key, problem: "expected \(allowed), found \(value)")
    }

    /// The same mistake of a change that the command line made.
    var ofChange: SettingError { SettingError(key: "--set: \(key)", problem: problem) }

    public var description: String { "\(key): \(problem)" }
}
