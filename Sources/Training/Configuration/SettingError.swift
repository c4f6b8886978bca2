/// A setting that cannot be: its key and what is wrong with it.
public struct SettingError: Error, CustomStringConvertible, Equatable {
    public let key: String
    public let problem: String

    public init(key: String, problem: String) { (self.key, self.problem) = (key, problem) }

    public init(key: String, value: String, allowed: String) {
        self.init(key: key, problem: "expected \(allowed), found \(value)")
    }

    public var description: String { "\(key): \(problem)" }
}
