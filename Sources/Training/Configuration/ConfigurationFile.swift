import Files
import Foundation

extension TrainingConfiguration: Codable {
    /// Reads nested settings, or those of an older flat file; what is left out keeps its default.
    ///
    /// - Throws: `SettingError`.
    public init(from decoder: Decoder) throws { try self.init(settings: [String: JSONValue](from: decoder)) }

    public func encode(to encoder: Encoder) throws { try json.encode(to: encoder) }

    /// Every setting, nested.
    private var json: [String: JSONValue] {
        var result: [String: JSONValue] = [:]
        for group in Self.groups {
            let values = Dictionary(uniqueKeysWithValues: self[keyPath: group.values].all.map { ($0.setting.key, $0.value) })
            if group.name.isEmpty { result.merge(values) { $1 } } else { result[group.name] = .object(values) }
        }
        return result
    }

    /// Reads a JSON file.
    ///
    /// - Parameters:
    ///   - path: nil for a configuration of defaults.
    ///   - defaults: settings, such as those of a model, that stand where the file says nothing.
    ///   - changes: settings that replace the file's, later ones the earlier ones: "losses.l1" or "l1" → "0.5".
    /// - Throws: `FileError` (input) with the setting's name, its value and what is allowed; `SettingError` where a change is wrong, or does not go
    ///   with the file.
    public static func read(
        _ path: String?, over defaults: [(key: String, value: String)] = [], changes: [(key: String, value: String)] = []
    ) throws -> TrainingConfiguration {
        var settings: [String: JSONValue] = [:]
        if let path {
            let text = Data(try MappedFile.contents(of: path, upTo: 1 << 20))
            guard let object = try? JSONDecoder().decode([String: JSONValue].self, from: text) else {
                throw FileError(.input, path, "is no JSON object of settings, such as {\"steps\": 20000}")
            }
            settings = object
        }
        do { return try TrainingConfiguration(defaults: defaults, settings: settings, changes: changes) } catch let error as SettingError {
            // The file's own mistake, unless it has none without the changes.
            if let path, defaults.isEmpty && changes.isEmpty || (try? TrainingConfiguration(settings: settings)) == nil {
                throw FileError(.input, path, error.description)
            }
            throw error.ofChange
        }
    }

    /// - Throws: `SettingError`.
    init(
        defaults: [(key: String, value: String)] = [], settings: [String: JSONValue], changes: [(key: String, value: String)] = []
    ) throws {
        self.init()
        try set(defaults)
        let groups = Set(Self.groups.map(\.name))
        var found = Set<String>()
        for (key, value) in settings.sorted(by: { $0.key < $1.key }) {
            guard groups.contains(key) else {
                try set(key, value, found: &found)
                continue
            }
            guard case .object(let members) = value else {
                throw SettingError(key: key, value: value.description, allowed: "an object of settings")
            }
            for (member, value) in members.sorted(by: { $0.key < $1.key }) { try set("\(key).\(member)", value, found: &found) }
        }
        try set(changes)
        try check()
    }

    private mutating func set(_ changes: [(key: String, value: String)]) throws {
        for (key, value) in changes {
            // A number or a truth value where it reads as one, else text.
            var found = Set<String>()
            try set(key, (try? JSONDecoder().decode(JSONValue.self, from: Data(value.utf8))) ?? .text(value), found: &found)
        }
    }

    /// - Parameter found: the settings that were set before, to none of which another value may be given.
    private mutating func set(_ name: String, _ value: JSONValue, found: inout Set<String>) throws {
        let place = try SettingPlace<Family>.find(name)
        guard found.insert(place.name).inserted else { throw SettingError(key: place.name, problem: "is given twice; give it once") }
        guard let value = place.setting.normalized(value) else {
            throw SettingError(key: place.name, value: value.description, allowed: place.setting.kind)
        }
        self[keyPath: place.values][place.setting.key] = value
    }
}
