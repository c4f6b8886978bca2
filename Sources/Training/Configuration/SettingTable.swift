/// The settings of a group, each a stored property of type `Setting`: the one place where they are declared.
public protocol SettingTable: Sendable {
    static var table: Self { get }
}

extension SettingTable {
    /// In the order of their declaration.
    static var settings: [any AnySetting] { Mirror(reflecting: table).children.compactMap { $0.value as? any AnySetting } }
}
