import Networks

/// The settings of DINet's training.
public enum DINetTrainingSettings: FamilySettings {
    public typealias Network = DINetNetworkSettings
    public typealias Data = DINetDataSettings
    public typealias Losses = DINetLossSettings

    public static let family = DINet.family

    /// The authors' Adam, of whose weights no average is kept.
    public static func setDefaults(_ configuration: inout TrainingConfiguration<DINetTrainingSettings>) {
        configuration.optimization.learningRate = 1e-4
        configuration.optimization.finalLearningRate = 0
        configuration.optimization.warmupSteps = 0
        configuration.optimization.beta2 = 0.999
        configuration.optimization.clipNorm = 0
        configuration.optimization.averageDecay = 0
    }

    public static func check(_ configuration: TrainingConfiguration<DINetTrainingSettings>) throws {
        let (network, data, losses) = (configuration.network, configuration.data, configuration.losses)
        func require(_ condition: Bool, _ key: String, _ value: any SettingValue, _ allowed: String) throws {
            if !condition { throw SettingError(key: key, value: value.settingText, allowed: allowed) }
        }
        try require(
            losses.perceptual + losses.l1 > 0, "losses.perceptual", losses.perceptual,
            "more than 0, or losses.l1: nothing else says what is seen")
        try require(
            losses.adversarial == 0 || configuration.optimization.accumulation == 1, "optimization.accumulation",
            configuration.optimization.accumulation, "1 with discriminators, which learn before the network does")
        try require(
            losses.adversarial == 0 || network.mouthSize >= 64, "network.mouth_size", network.mouthSize,
            "at least 64 with discriminators, which see nothing of smaller ones")
        try require(losses.flow == 0 || network.skips, "losses.flow", losses.flow, "0 where skips is false: nothing is warped")
        try require(losses.closing == 0 || network.skips, "losses.closing", losses.closing, "0 where skips is false: there is no mask")
        try require(
            data.openings + data.closings <= 1, "data.closings", data.closings, "at most 1 together with openings (\(data.openings))")
        let isClip = data.stage == "clip"
        try require(
            !isClip || losses.sync == 0 || !losses.syncNetwork.isEmpty, "losses.sync_network", losses.syncNetwork,
            "SyncNet's file in the stage of clips, or losses.sync=0")
        if network.kind == .letters {
            try require(!data.features.isEmpty, "data.features", data.features, "a folder of features where letters are heard")
            try require(data.puppets == 0, "data.puppets", data.puppets, "0 where letters are heard: drawn people say nothing")
            try require(data.photos == 0, "data.photos", data.photos, "0 where letters are heard")
        } else {
            try require(
                data.features.isEmpty, "data.features", data.features, "nothing where the mouth's numbers are heard (sound=letters)")
        }
        try require(
            !data.landmarks.isEmpty || data.puppets == 1, "data.landmarks", data.landmarks,
            "a file of landmarks, or puppets=1 for drawn people alone")
    }
}

/// Every setting of a run that trains a DINet.
public typealias DINetTrainingConfiguration = TrainingConfiguration<DINetTrainingSettings>
