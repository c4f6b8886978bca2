import Networks

/// The settings of a DINet: the measures of its network and of the discriminators.
public struct DINetNetworkSettings: SettingTable {
    public static let table = DINetNetworkSettings()

    public let mouthSize = Setting(
        "mouth_size", 64, .matching("a multiple of 32 from 32 to 1024") { $0 % 32 == 0 && (32...1024).contains($0) },
        "The side of the mouth's square, in pixels.")
    public let sound = Setting(
        "sound", "mouth", .oneOf(SpokenSound.allCases.map(\.rawValue)),
        "What is heard: the numbers of a mouth, or the scores of DeepSpeech's letters, as the authors have it.")
    public let divisor = Setting(
        "divisor", 1, .matching("1, 2, 4, 8 or 16") { [1, 2, 4, 8, 16].contains($0) },
        "How many times fewer channels there are than in the authors' network.")
    public let skips = Setting(
        "skips", false, .any,
        "Whether the decoder also reads the encoders' larger maps and the code, and warps the first reference. Not in the paper.")
    public let references = Setting("references", 5, .range(1...16), "Pictures of the person that are read together.")
    public let discriminatorChannels = Setting("discriminator_channels", 64, .range(1...1024), "The base of the discriminators.")
    public let discriminatorMost = Setting("discriminator_most", 256, .range(1...4096), "The most channels of the discriminators.")
}

extension SettingGroup<DINetNetworkSettings> {
    /// The measures of the network.
    package var measures: DINetConfiguration {
        DINetConfiguration(divisor: self.divisor, references: self.references, sound: kind, skips: self.skips)
    }

    var kind: SpokenSound { SpokenSound(rawValue: self.sound)! }

    var layout: MouthLayout { MouthLayout(side: self.mouthSize) }
}

extension DINetConfiguration {
    /// The published network with `divisor` times fewer channels.
    fileprivate init(divisor: Int, references: Int, sound: SpokenSound, skips: Bool) {
        let p = DINetConfiguration.published
        self.init(
            encoder: p.encoder.map { $0 / divisor }, references: references, comparison: p.comparison / divisor,
            decoder: p.decoder / divisor, soundValues: sound.values, sound: p.sound / divisor, hidden: p.hidden / divisor,
            appearanceBlocks: p.appearanceBlocks, skips: skips)
    }
}

extension DINetNetworkSettings {
    /// The measures of a network as settings; nil for one whose channels are no such fraction of the published ones.
    static func settings(of network: DINet) -> [(key: String, value: String)]? {
        let measures = network.generator.configuration
        let divisor = DINetConfiguration.published.encoder[0] / max(1, measures.encoder[0])
        guard table.divisor.allowed.contains(divisor), table.references.allowed.contains(measures.references),
            DINetConfiguration(divisor: divisor, references: measures.references, sound: network.sound, skips: measures.skips) == measures
        else { return nil }
        return [
            ("network.mouth_size", String(network.mouthSize)), ("network.sound", network.sound.rawValue),
            ("network.divisor", String(divisor)), ("network.references", String(measures.references)),
            ("network.skips", String(measures.skips)),
        ]
    }
}
