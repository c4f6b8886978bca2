/// The values of a group's settings by their keys.
struct SettingValues: Equatable, Sendable {
    /// In the order of their declaration.
    let settings: [any AnySetting]
    private var changed: [String: JSONValue] = [:]

    init(_ settings: [any AnySetting]) { self.settings = settings }

    /// The value of the setting `key`, which is among `settings`; nil stands for its default.
    subscript(_ key: String) -> JSONValue? {
        get { changed[key] }
        set { changed[key] = newValue }
    }

    /// Every setting with its value.
    var all: [(setting: any AnySetting, value: JSONValue)] { settings.map { ($0, changed[$0.key] ?? $0.defaultJSON) } }

    static func == (a: SettingValues, b: SettingValues) -> Bool { a.all.map(\.value) == b.all.map(\.value) }
}
