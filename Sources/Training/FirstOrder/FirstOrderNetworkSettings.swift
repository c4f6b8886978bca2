import Networks

/// The settings of a First Order Motion Model: the measures of its networks and of the discriminator.
public struct FirstOrderNetworkSettings: SettingTable {
    public static let table = FirstOrderNetworkSettings()

    public let size = Setting("size", 256, .range(16...1024), "The side of the pictures, in pixels.")
    public let points = Setting("points", 10, .range(1...100), "Key points (K).")
    public let jacobians = Setting(
        "jacobians", "each", .oneOf(["each", "one", "none"]), "Maps of Jacobians: one for each key point, one for all, or none.")
    public let scale = Setting(
        "scale", 4, .matching("1, 2, 4 or 8") { [1, 2, 4, 8].contains($0) },
        "How many times smaller the pictures are that find key points and dense motion.")
    public let detectorChannels = Setting("detector_channels", 32, .range(1...1024), "The base of the key points' hourglass.")
    public let detectorLevels = Setting("detector_levels", 5, .range(1...8), "How often it halves its picture.")
    public let motionChannels = Setting("motion_channels", 64, .range(1...1024), "The base of the dense motion's hourglass.")
    public let motionLevels = Setting("motion_levels", 5, .range(1...8), "How often it halves its picture.")
    public let hourglassMost = Setting("hourglass_most", 1024, .range(1...4096), "The most channels of both hourglasses.")
    public let channels = Setting("channels", 64, .range(1...1024), "The generator's channels at full size.")
    public let mostChannels = Setting("most_channels", 512, .range(1...4096), "The most channels of the generator.")
    public let levels = Setting("levels", 2, .range(1...8), "How often the generator halves its picture.")
    public let residualBlocks = Setting("residual_blocks", 6, .range(0...64), "Residual blocks in the middle of the generator.")
    public let occlusion = Setting("occlusion", true, .any, "True where the network says what the source does not show.")
    public let alignCorners = Setting(
        "align_corners", true, .any, "True where sampling puts -1 and 1 at the middles of the border pixels, as key points do.")
    public let keyPointPadding = Setting("keypoint_padding", 0, .range(0...3), "Zeros around what the key points' convolutions read.")
    public let temperature = Setting("temperature", 0.1, .moreThan(0), "What the key points' logits are divided by.")
    public let discriminatorChannels = Setting("discriminator_channels", 32, .range(1...1024), "The base of the discriminator.")
    public let discriminatorBlocks = Setting("discriminator_blocks", 4, .range(1...8), "Blocks of the discriminator.")
    public let discriminatorScales = Setting(
        "discriminator_scales", "1", .any, "Scales of the picture with a discriminator each, among losses.scales, such as \"1 0.5\".")
    public let discriminatorPoints = Setting("discriminator_points", true, .any, "True where the discriminator sees the key points.")
    public let spectral = Setting("spectral", false, .any, "True where the discriminator is spectrally normalized.")
}

extension SettingGroup<FirstOrderNetworkSettings> {
    /// The measures of the networks.
    public var measures: FirstOrderConfiguration {
        var settings = FirstOrderSettings()
        (settings.size, settings.temperature, settings.alignsCorners) = (self.size, Float(self.temperature), self.alignCorners)
        settings.keyPointPadding = self.keyPointPadding
        let maps = self.jacobians == "none" ? 0 : self.jacobians == "one" ? 1 : self.points
        return FirstOrderConfiguration(
            points: self.points, jacobianMaps: maps, scale: self.scale,
            detector: .init(base: self.detectorChannels, most: self.hourglassMost, levels: self.detectorLevels),
            motion: .init(base: self.motionChannels, most: self.hourglassMost, levels: self.motionLevels),
            estimatesOcclusion: self.occlusion, base: self.channels, most: self.mostChannels, levels: self.levels,
            bottleneckBlocks: self.residualBlocks, settings: settings)
    }

    /// The measures of the discriminator.
    ///
    /// - Precondition: `FirstOrderTrainingSettings.check` has passed.
    package var discriminator: FirstOrderDiscriminator.Measures {
        .init(
            scales: PyramidScales(self.discriminatorScales)!.values, channels: self.discriminatorChannels, mostChannels: self.mostChannels,
            blocks: self.discriminatorBlocks, points: self.discriminatorPoints ? self.points : 0, isSpectral: self.spectral)
    }
}

extension FirstOrderNetworkSettings {
    /// The measures of networks as settings; nil for networks whose channels do not double from level to level.
    static func settings(of measures: FirstOrderConfiguration) -> [(key: String, value: String)]? {
        let settings = measures.settings, maps = measures.jacobianMaps
        let found: [(key: String, value: String)] = [
            ("network.size", String(settings.size)), ("network.points", String(measures.points)),
            ("network.jacobians", maps == 0 ? "none" : maps == measures.points ? "each" : "one"),
            ("network.scale", String(measures.detectorScale)),
            ("network.detector_channels", String(measures.detector.decoder.last!)),
            ("network.detector_levels", String(measures.detector.encoder.count)),
            ("network.motion_channels", String(measures.motion.decoder.last!)),
            ("network.motion_levels", String(measures.motion.encoder.count)),
            ("network.hourglass_most", String((measures.detector.encoder + measures.motion.encoder).max()!)),
            ("network.channels", String(measures.generator[0])), ("network.most_channels", String(measures.generator.max()!)),
            ("network.levels", String(measures.generator.count - 1)), ("network.residual_blocks", String(measures.bottleneckBlocks)),
            ("network.occlusion", String(measures.estimatesOcclusion)), ("network.align_corners", String(settings.alignsCorners)),
            ("network.keypoint_padding", String(settings.keyPointPadding)), ("network.temperature", String(settings.temperature)),
        ]
        let configuration = try? FirstOrderTrainingConfiguration.read(nil, changes: found)
        return configuration?.network.measures == measures ? found : nil
    }
}
