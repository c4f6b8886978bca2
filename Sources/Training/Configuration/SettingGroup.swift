/// Values for the settings of a table, read and written by their names: `group.learningRate`.
@dynamicMemberLookup
public struct SettingGroup<Table: SettingTable>: Equatable, Sendable {
    var values = SettingValues(Table.settings)

    public init() {}

    public subscript<Value: SettingValue>(dynamicMember path: KeyPath<Table, Setting<Value>>) -> Value {
        get {
            let setting = Table.table[keyPath: path]
            return values[setting.key].flatMap { Value($0) } ?? setting.defaultValue
        }
        set { values[Table.table[keyPath: path].key] = newValue.json }
    }
}
