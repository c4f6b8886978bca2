/// A setting: its key, its default, its allowed values and its meaning.
public struct Setting<Value: SettingValue>: Sendable {
    /// The name within its group, as in files: "learning_rate".
    public let key: String
    /// The key in older files; nil where it is `key`.
    public let formerKey: String?
    public let defaultValue: Value
    let allowed: AllowedValues<Value>
    /// The meaning in one line.
    public let summary: String

    public init(_ key: String, _ defaultValue: Value, _ allowed: AllowedValues<Value>, formerKey: String? = nil, _ summary: String) {
        (self.key, self.defaultValue, self.allowed, self.formerKey, self.summary) = (key, defaultValue, allowed, formerKey, summary)
    }
}
