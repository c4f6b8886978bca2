import Networks

/// The settings of the training of DINet's SyncNet.
public enum SyncNetSettings: FamilySettings {
    public struct Network: SettingTable {
        public static let table = Network()

        public let mouthSize = DINetNetworkSettings.table.mouthSize
        public let sound = DINetNetworkSettings.table.sound
        public let divisor = DINetNetworkSettings.table.divisor
    }

    public struct Data: ClipSettings {
        public static let table = Data()

        public let samples = Setting(
            "samples", 24, .range(2...512),
            "Clips of five mouths in a batch; each hears what it says, what it says at another moment, and some of the others.")
        public let landmarks = DINetDataSettings.table.landmarks
        public let features = DINetDataSettings.table.features
        public let puppets = DINetDataSettings.table.puppets
        public let apart = Setting(
            "apart", 0.2, .range(0.04...1), "How far sound is moved at least where it does not belong, in seconds.")
        public let farthest = Setting("farthest", 1.5, .range(0.08...5), "How far it is moved at most.")
        public let others = Setting(
            "others", 0.3, .range(0...1),
            "How much of the loss of what does not belong together is of what others say; the rest is of moved sound.")
        public let jitter = DINetDataSettings.table.jitter
        public let flip = DataSettings.table.flip
        public let color = DataSettings.table.color
        public let rotation = DataSettings.table.rotation
        public let scale = DataSettings.table.scale
        public let shift = DataSettings.table.shift
        public let hue = DataSettings.table.hue
        public let warp = DataSettings.table.warp
        public let validation = DataSettings.table.validation
        public let validationClips = DataSettings.table.validationClips
    }

    /// Its loss is one.
    public struct Losses: SettingTable {
        public static let table = Losses()
    }

    public static let family = "syncnet"

    public static func setDefaults(_ configuration: inout TrainingConfiguration<SyncNetSettings>) {
        // Those who trained it before tell that higher rates stall at a score that is the same for all; 3e-4 did not with these batches.
        configuration.optimization.learningRate = 1e-4
        configuration.optimization.finalLearningRate = 1e-6
        configuration.optimization.beta2 = 0.999
        configuration.record.sheetEvery = 0
    }

    public static func check(_ configuration: TrainingConfiguration<SyncNetSettings>) throws {
        let data = configuration.data, isLetters = configuration.network.sound == SpokenSound.letters.rawValue
        func require(_ condition: Bool, _ key: String, _ value: any SettingValue, _ allowed: String) throws {
            if !condition { throw SettingError(key: key, value: value.settingText, allowed: allowed) }
        }
        try require(data.farthest > data.apart, "data.farthest", data.farthest, "more than data.apart (\(data.apart.settingText))")
        try require(
            isLetters != data.features.isEmpty, "data.features", data.features,
            isLetters ? "a folder of features where letters are heard" : "nothing where the mouth's numbers are heard (sound=letters)")
        try require(!isLetters || data.puppets == 0, "data.puppets", data.puppets, "0 where letters are heard: drawn people say nothing")
        try require(
            !data.landmarks.isEmpty || data.puppets == 1, "data.landmarks", data.landmarks,
            "a file of landmarks, or puppets=1 for drawn people alone")
    }
}

/// Every setting of a run that trains a SyncNet.
public typealias SyncNetConfiguration = TrainingConfiguration<SyncNetSettings>
