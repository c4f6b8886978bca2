/// The settings that a family's training has: those of its network, its data and its losses.
public protocol FamilySettings: Sendable {
    associatedtype Network: SettingTable
    associatedtype Data: SettingTable
    associatedtype Losses: SettingTable

    /// The family's name in files, the setting `family`: "lia".
    static var family: String { get }

    /// Gives settings that all families share the family's own defaults.
    static func setDefaults(_ configuration: inout TrainingConfiguration<Self>)

    /// Checks settings that depend on one another; each alone is already known to be allowed.
    ///
    /// - Throws: `SettingError`.
    static func check(_ configuration: TrainingConfiguration<Self>) throws
}

extension FamilySettings {
    public static func setDefaults(_ configuration: inout TrainingConfiguration<Self>) {}
}
