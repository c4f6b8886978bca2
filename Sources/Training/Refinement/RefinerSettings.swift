import Networks

/// The settings of the training of a mouth refiner.
public enum RefinerSettings: FamilySettings {
    public struct Network: SettingTable {
        public static let table = Network()

        public let channels = Setting(
            "channels", "24 48 96 128", .matching("four numbers from 1 to 1024") { Self.numbers($0) != nil },
            "Channels at the full size of the mouth's square, its half, quarter and eighth.")
        public let discriminatorChannels = Setting("discriminator_channels", 16, .range(1...1024), "The base of the discriminator.")
        public let discriminatorMost = Setting("discriminator_most", 96, .range(1...4096), "The most channels of the discriminator.")

        static func numbers(_ text: String) -> [Int]? {
            let numbers = text.split(separator: " ").map { Int($0) ?? 0 }
            return numbers.count == 4 && numbers.allSatisfy((1...1024).contains) ? numbers : nil
        }
    }

    public struct Data: ClipSettings {
        public static let table = Data()

        public let portrait = Setting(
            "portrait", "", .any, "The folder of the LIA model whose portraits' mouths are painted, such as Models/portrait.")
        public let groups = Setting("groups", 2, .range(1...64), "Source pictures in a batch.")
        public let groupSize = Setting("group_size", 4, .range(1...64), "Frames of the same clip that each of them is animated by.")
        public let landmarks = Setting(
            "landmarks", "", .any, "A file of the landmarks of the clips' faces, from 'lia prepare --landmarks'.")
        public let openings = Setting(
            "openings", 0.5, .range(0...1), "The fraction of frames that are the one of four whose mouth is open the widest.")
        public let shutSources = Setting(
            "shut_sources", 0.5, .range(0...1), "The fraction of source pictures that are the one of eight whose mouth is the most shut.")
        public let jitter = Setting(
            "jitter", 0.08, .range(0...0.3), "How far squares are cut beside their place and size, as a fraction of half their side.")
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

    public struct Losses: SettingTable {
        public static let table = Losses()

        public let l1 = Setting("l1", 4.0, .range(0...1000), "The weight of the mean absolute difference where the mouth is painted.")
        public let perceptual = Setting("perceptual", 1.0, .range(0...1000), "The weight of the perceptual loss.")
        public let perceptualWeights = LIALossSettings.table.perceptualWeights
        public let adversarial = Setting(
            "adversarial", 0.3, .range(0...1000), "The weight of the least-squares adversarial loss; 0 for no discriminator.")
        public let adversarialFrom = Setting(
            "adversarial_from", 300, .atLeast(0), "The step from which the discriminator counts and learns.")
    }

    public static let family = MouthRefiner.family

    public static func setDefaults(_ configuration: inout TrainingConfiguration<RefinerSettings>) {
        configuration.optimization.learningRate = 5e-4
        configuration.optimization.finalLearningRate = 1e-5
        configuration.optimization.beta1 = 0.5
        configuration.optimization.beta2 = 0.99
        configuration.optimization.averageDecay = 0.995
    }

    public static func check(_ configuration: TrainingConfiguration<RefinerSettings>) throws {
        let (data, losses) = (configuration.data, configuration.losses)
        func require(_ condition: Bool, _ key: String, _ value: any SettingValue, _ allowed: String) throws {
            if !condition { throw SettingError(key: key, value: value.settingText, allowed: allowed) }
        }
        try require(!data.portrait.isEmpty, "data.portrait", data.portrait, "the folder of a LIA model, such as Models/portrait")
        try require(!data.landmarks.isEmpty, "data.landmarks", data.landmarks, "a file that 'lia prepare --landmarks' wrote")
        try require(
            losses.l1 + losses.perceptual > 0, "losses.l1", losses.l1, "more than 0, or losses.perceptual: nothing else says what is seen")
        try require(
            losses.adversarial == 0 || configuration.optimization.accumulation == 1, "optimization.accumulation",
            configuration.optimization.accumulation, "1 with a discriminator, which learns before the network does")
    }
}

/// Every setting of a run that trains a mouth refiner.
public typealias RefinerConfiguration = TrainingConfiguration<RefinerSettings>
