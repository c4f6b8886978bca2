/// A wrong setting: its key and its problem.
public struct SettingError: Error, CustomStringConvertible, Equatable {
    public let key: String
    public let problem: String

    public init(key: String, problem: String) { (self.key, self.problem) = (key, problem) }

    public init(key: String, value: String, allowed: String) {
        self.init(key: key, problem: "expected \(allowed), found \(value)")
    }

    public var description: String { "\(key): \(problem)" }
}
