/// A setting's name, default, allowed values and meaning, for lists of settings.
public struct SettingDescription: Encodable, Sendable {
    /// The key with its group: "losses.l1".
    public let name: String
    /// The default as text; "" for an empty one.
    public let defaultValue: String
    /// The kind and range of the value: "a number, 0 to 1000".
    public let allowed: String
    /// The meaning in one line.
    public let summary: String

    enum CodingKeys: String, CodingKey {
        case name, allowed, summary
        case defaultValue = "default"
    }
}
