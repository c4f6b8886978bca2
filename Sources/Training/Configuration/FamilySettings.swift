/// The settings that a family's training has: those of its network, its data and its losses.
public protocol FamilySettings: Sendable {
    associatedtype Network: SettingTable
    associatedtype Data: SettingTable
    associatedtype Losses: SettingTable

    /// Checks settings that depend on one another; each alone is already known to be allowed.
    ///
    /// - Throws: `SettingError`.
    static func check(_ configuration: TrainingConfiguration<Self>) throws
}
