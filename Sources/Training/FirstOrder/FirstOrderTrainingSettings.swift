import Networks

/// The settings of the First Order Motion Model's training.
public enum FirstOrderTrainingSettings: FamilySettings {
    public typealias Network = FirstOrderNetworkSettings
    public typealias Data = FirstOrderDataSettings
    public typealias Losses = FirstOrderLossSettings

    public static let family = FirstOrderMotionModel.family

    /// The authors' Adam, of whose weights no average is kept.
    public static func setDefaults(_ configuration: inout TrainingConfiguration<FirstOrderTrainingSettings>) {
        configuration.optimization.learningRate = 2e-4
        configuration.optimization.finalLearningRate = 2e-6
        configuration.optimization.beta1 = 0.5
        configuration.optimization.beta2 = 0.999
        configuration.optimization.averageDecay = 0
    }

    public static func check(_ configuration: TrainingConfiguration<FirstOrderTrainingSettings>) throws {
        let (network, losses) = (configuration.network, configuration.losses)
        func require(_ condition: Bool, _ key: String, _ value: any SettingValue, _ allowed: String) throws {
            if !condition { throw SettingError(key: key, value: value.settingText, allowed: allowed) }
        }
        if let problem = network.measures.problem { throw SettingError(key: "network", problem: problem) }
        let scales = PyramidScales(losses.scales), own = PyramidScales(network.discriminatorScales)
        try require(scales != nil, "losses.scales", losses.scales, "some of 1, 0.5, 0.25 and 0.125, separated by spaces")
        let smallest = network.size / (scales?.factors.max() ?? 1), least = losses.perceptualWeights.isEmpty ? 4 : 16
        try require(smallest >= least, "losses.scales", losses.scales, "scales that leave pictures of at least \(least) px")
        try require(
            own.map { $0.values.allSatisfy(scales!.values.contains) } ?? false, "network.discriminator_scales", network.discriminatorScales,
            "some of losses.scales (\(losses.scales))")
        // Each block takes 3 pixels, and each but the last halves what is left.
        let side = (0..<network.discriminatorBlocks).reduce(network.size / (own?.factors.max() ?? 1)) { side, block in
            block == network.discriminatorBlocks - 1 ? side - 3 : (side - 3) / 2
        }
        try require(
            losses.adversarial == 0 || side > 1, "network.discriminator_blocks", network.discriminatorBlocks,
            "as many as leave at least 2×2 places of \(network.size) px")
        try require(losses.perceptual > 0, "losses.perceptual", losses.perceptual, "more than 0: nothing else says what is seen")
    }
}

/// Every setting of a run that trains a First Order Motion Model.
public typealias FirstOrderTrainingConfiguration = TrainingConfiguration<FirstOrderTrainingSettings>
