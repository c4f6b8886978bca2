import Training

/// The settings of a task that fits a line.
enum LineSettings: FamilySettings {
    static let family = "line"

    struct Network: SettingTable {
        static let table = Network()
        let start = Setting("start", 0.0, .any, "What slope and offset begin at.")
    }
    struct Data: SettingTable {
        static let table = Data()
        let points = Setting("points", 8, .atLeast(1), "Points in a part of a batch.")
        let noise = Setting("noise", 0.0, .atLeast(0), "How far points lie from the line.")
    }
    struct Losses: SettingTable {
        static let table = Losses()
        let absolute = Setting("absolute", 1.0, .atLeast(0), "The weight of the mean absolute difference.")
        let opponent = Setting("opponent", false, .any, "True where an opponent learns to tell the differences' signs.")
    }

    static func check(_ configuration: TrainingConfiguration<LineSettings>) throws {
        if configuration.losses.absolute == 0 { throw SettingError(key: "losses.absolute", value: "0", allowed: "more than 0") }
    }
}
