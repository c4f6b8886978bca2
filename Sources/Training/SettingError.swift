/// A setting that cannot be: the key, the value, and what is allowed.
public struct SettingError: Error, CustomStringConvertible, Equatable {
    public let key: String
    public let value: String
    public let allowed: String

    public var description: String { "\(key): expected \(allowed), found \(value)" }
}
