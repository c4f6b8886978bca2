import Networks

/// The settings of the training of a speech model.
public enum SpeechSettings: FamilySettings {
    /// The network has one size.
    public struct Network: SettingTable {
        public static let table = Network()
    }

    public typealias Data = SpeechDataSettings

    public struct Losses: SettingTable {
        public static let table = Losses()

        public let wide = Setting("wide", 1.0, .range(0...100), "The weight of how wide mouths are, beside 1 of how far they are open.")
        public let pucker = Setting("pucker", 1.0, .range(0...100), "The weight of how far lips pucker.")
    }

    public static let family = MouthNetwork.family

    public static func setDefaults(_ configuration: inout TrainingConfiguration<SpeechSettings>) {
        configuration.run.steps = 6000
        configuration.optimization.warmupSteps = 100
        configuration.optimization.finalLearningRate = 1e-5
        configuration.optimization.clipNorm = 0
        configuration.record.sheetEvery = 0
    }

    public static func check(_ configuration: TrainingConfiguration<SpeechSettings>) throws {}
}

/// Every setting of a run that trains a speech model.
public typealias SpeechTrainingConfiguration = TrainingConfiguration<SpeechSettings>
