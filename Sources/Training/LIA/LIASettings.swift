import Networks

/// The settings of LIA's training.
public enum LIASettings: FamilySettings {
    public typealias Network = LIANetworkSettings
    public typealias Data = DataSettings
    public typealias Losses = LIALossSettings

    public static let family = LIA.family

    public static func check(_ configuration: TrainingConfiguration<LIASettings>) throws {
        let (network, data, losses) = (configuration.network, configuration.data, configuration.losses)
        func require(_ condition: Bool, _ key: String, _ value: any SettingValue, _ allowed: String) throws {
            if !condition { throw SettingError(key: key, value: value.settingText, allowed: allowed) }
        }
        try require(
            network.channelCounts != nil, "network.channels", network.channels,
            "a count for each resolution up to \(network.size) px, such as \"4:192 8:192 16:128 32:96\"")
        try require(
            network.directions <= network.code, "network.directions", network.directions, "1 to \(network.code) (the code's width)")
        try require(
            network.knownDirections != nil, "network.known_parts", network.knownParts,
            "entries part:direction:amount (and :emphasis from 0.1 to 10), such as \"mouth_open:12:11.5\", separated by spaces; directions "
                + "from 1 to \(network.directions)")
        try require(
            data.crossIdentity == 0 || data.groupSize % 2 == 0 && data.groupSize >= 4, "data.group_size", data.groupSize,
            "an even number from 4 where cross_identity is above 0")
        try require(!network.paints || network.masks, "network.paints", network.paints, "false where masks is false")
        try require(losses.closing == 0 || network.masks, "losses.closing", losses.closing, "0 where masks is false")
        try require(
            losses.flowMoving + losses.flowExpressive <= 1, "losses.flow_expressive", losses.flowExpressive,
            "0 to \(1 - losses.flowMoving), what flow_moving leaves")
        try require(losses.l1 + losses.perceptual > 0, "losses.l1", losses.l1, "a weight above 0, or one for perceptual")
    }
}

/// Every setting of a run that trains LIA.
public typealias LIATrainingConfiguration = TrainingConfiguration<LIASettings>
