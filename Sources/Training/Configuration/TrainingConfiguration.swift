import Foundation

/// Every setting of a training run: those of every run, and those of its family's network, data and losses.
///
/// Each is declared once, in the table of its group. In files they are nested: `{"steps": 20000, "losses": {"l1": 1}}`.
@dynamicMemberLookup
public struct TrainingConfiguration<Family: FamilySettings>: Equatable, Sendable {
    public var run = SettingGroup<RunSettings>()
    public var network = SettingGroup<Family.Network>()
    public var optimization = SettingGroup<OptimizationSettings>()
    public var data = SettingGroup<Family.Data>()
    public var losses = SettingGroup<Family.Losses>()
    public var record = SettingGroup<RecordSettings>()

    /// Every setting at its default.
    public init() {
        run.family = Family.family
        Family.setDefaults(&self)
    }

    /// The settings of the run as a whole: `configuration.steps`.
    public subscript<Value: SettingValue>(dynamicMember path: KeyPath<RunSettings, Setting<Value>>) -> Value {
        get { run[dynamicMember: path] }
        set { run[dynamicMember: path] = newValue }
    }

    /// The groups by the names of their objects in files; the settings of the first stand at the top.
    static var groups: [(name: String, values: WritableKeyPath<TrainingConfiguration, SettingValues>)] {
        [
            ("", \.run.values), ("network", \.network.values), ("optimization", \.optimization.values), ("data", \.data.values),
            ("losses", \.losses.values), ("record", \.record.values),
        ]
    }

    /// A description of every setting, in the order of the groups and of their tables.
    public static var descriptions: [SettingDescription] {
        let defaults = Self()
        return SettingPlace.all(Self.self).map { place in
            let setting = place.setting
            return SettingDescription(
                name: place.name, defaultValue: (defaults[keyPath: place.values][setting.key] ?? setting.defaultJSON).description,
                allowed: setting.allowedText.isEmpty ? setting.kind : "\(setting.kind), \(setting.allowedText)", summary: setting.summary)
        }
    }

    /// The first setting that another configuration has otherwise, with both values; nil where all are the same.
    public func difference(from other: Self) -> (name: String, own: String, given: String)? {
        for group in Self.groups {
            for (own, given) in zip(self[keyPath: group.values].all, other[keyPath: group.values].all) where own.value != given.value {
                let name = group.name.isEmpty ? own.setting.key : "\(group.name).\(own.setting.key)"
                return (name, own.value.description, given.value.description)
            }
        }
        return nil
    }

    /// - Throws: `SettingError` for the first setting that is not allowed, alone or beside others.
    public func check() throws {
        for place in SettingPlace.all(Self.self) {
            let value = self[keyPath: place.values][place.setting.key] ?? place.setting.defaultJSON
            guard place.setting.allows(value) else {
                throw SettingError(key: place.name, value: value.description, allowed: place.setting.allowedText)
            }
        }
        guard run.family == Family.family else {
            throw SettingError(key: "family", value: run.family, allowed: Family.family)
        }
        guard optimization.finalLearningRate <= optimization.learningRate else {
            throw SettingError(
                key: "optimization.final_learning_rate", value: optimization.finalLearningRate.settingText,
                allowed: "0 to learning_rate (\(optimization.learningRate.settingText))")
        }
        try Family.check(self)
    }

    /// The learning rate at `step`, counted from 0: rising over the warm-up, then falling along half a cosine.
    package func learningRate(at step: Int) -> Double {
        let highest = optimization.learningRate, last = optimization.finalLearningRate, warmup = optimization.warmupSteps
        if step < warmup { return highest * Double(step + 1) / Double(warmup) }
        let progress = min(1, Double(step - warmup) / Double(max(self.steps - warmup, 1)))
        return last + (highest - last) * (1 + cos(.pi * progress)) / 2
    }
}
