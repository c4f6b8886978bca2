/// A setting's name, default, allowed values and meaning, for lists of settings.
public struct SettingDescription: Sendable {
    /// With its group: "losses.l1".
    public let name: String
    /// As text; "" for an empty one.
    public let defaultValue: String
    /// "a number, 0 to 1000".
    public let allowed: String
    /// One line.
    public let summary: String
}
