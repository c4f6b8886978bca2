import Files

/// A setting and where a configuration has its value.
struct SettingPlace<Family: FamilySettings> {
    let setting: any AnySetting
    /// The name of its group, "losses"; empty at the top.
    let group: String
    let values: WritableKeyPath<TrainingConfiguration<Family>, SettingValues>

    /// The key with its group: "losses.l1".
    var name: String { Self.name(group, setting.key) }

    private static func name(_ group: String, _ key: String) -> String { group.isEmpty ? key : "\(group).\(key)" }

    static func all(_: TrainingConfiguration<Family>.Type) -> [SettingPlace] {
        let defaults = TrainingConfiguration<Family>()
        return TrainingConfiguration<Family>.groups.flatMap { group in
            defaults[keyPath: group.values].settings.map { SettingPlace(setting: $0, group: group.name, values: group.values) }
        }
    }

    /// The setting of a name with its group, "losses.l1", or of a short one that only one group has, "l1"; former names count.
    ///
    /// - Throws: `SettingError` for a name that no setting has, with the nearest ones, and for one of several settings, with their names.
    static func find(_ name: String) throws -> SettingPlace {
        let all = all(TrainingConfiguration<Family>.self)
        func keys(_ place: SettingPlace) -> [String] { [place.setting.key, place.setting.formerKey].compactMap { $0 } }
        if let place = all.first(where: { place in keys(place).contains { Self.name(place.group, $0) == name } }) { return place }
        let found = all.filter { keys($0).contains(name) }
        guard let only = found.first else {
            let nearest = nearest(to: name, among: all).joined(separator: ", ")
            throw SettingError(key: name, problem: "is no setting; the nearest are \(nearest)")
        }
        guard found.count == 1 else {
            throw SettingError(key: name, problem: "may be any of \(found.map(\.name).joined(separator: ", ")); write one of them")
        }
        return only
    }

    /// The three names that differ least from `name`, with their groups or without.
    private static func nearest(to name: String, among all: [SettingPlace]) -> [String] {
        let distances = all.map { place in
            (name: place.name, distance: min(NameDistance.between(name, place.name), NameDistance.between(name, place.setting.key)))
        }
        return distances.enumerated().sorted { ($0.element.distance, $0.offset) < ($1.element.distance, $1.offset) }
            .prefix(3).map(\.element.name)
    }
}
