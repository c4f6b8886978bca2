import Networks

/// The settings of a LIA network: its measures, how it starts, and how it is used.
public struct LIANetworkSettings: SettingTable {
    public static let table = LIANetworkSettings()

    public let size = Setting(
        "size", 128, .matching("a power of two from 32 to 1024") { (32...1024).contains($0) && $0.nonzeroBitCount == 1 },
        "The side of the pictures, in pixels.")
    public let channels = Setting(
        "channels", "4:192 8:192 16:128 32:96 64:48 128:16", .any, "Channels by resolution, from 4 px to the size, doubling.")
    public let code = Setting("code", 256, .range(1...4096), "The width of the latent code.")
    public let directions = Setting("directions", 20, .range(1...4096), "Directions in the motion dictionary; at most the code's width.")
    public let dictionary = Setting(
        "dictionary", MotionDictionary.Kind.orthonormal.rawValue, .oneOf(MotionDictionary.Kind.allCases.map(\.rawValue)),
        "What leads from magnitudes to a path; where there is none, directions says nothing.")
    public let masks = Setting("masks", true, .any, "True where masks blend the generator's own features in.")
    public let paints = Setting(
        "paints", false, .any,
        "True where pictures are also read from the generator's own features, which show where masks are closed. Not in the paper.")
    public let startsFromCopy = Setting(
        "starts_from_copy", true, .any,
        "True where flow weights begin at zero and the first mask bias at +2: training starts from copying the source. Not in the paper.")
    public let detail = Setting(
        "detail", false, .any,
        "True where the network learns with the source's detail added: one frame of a person is the source of all. Not in the paper.")
    public let knownParts = Setting(
        "known_parts", "", .any,
        "Directions that stand for parts of a pose, such as \"mouth_open:12:11.5\" (part or parts joined by +, direction, change for 1; a fourth "
            + "number multiplies what reading_changes wants read).")
}

extension SettingGroup<LIANetworkSettings> {
    /// The measures of the network.
    ///
    /// - Precondition: `LIASettings.check` has passed.
    public var measures: LIAConfiguration {
        let kind = MotionDictionary.Kind(rawValue: self.dictionary)!
        return LIAConfiguration(
            size: self.size, channels: channelCounts!, code: self.code, directions: kind == .absent ? self.code : self.directions,
            dictionary: kind, masks: self.masks, paints: self.paints)
    }

    /// `channels` as counts: "4:192 8:192 … 128:16" → 192, 192, … 16; nil when it is not a table for `size`.
    var channelCounts: [Int]? {
        let size = self.size
        let entries = self.channels.split(separator: " ").map { $0.split(separator: ":").map { Int($0) } }
        guard size >= 32, size.nonzeroBitCount == 1, entries.count == size.trailingZeroBitCount - 1 else { return nil }
        var counts: [Int] = []
        for (index, entry) in entries.enumerated() {
            guard entry.count == 2, entry[0] == 4 << index, let count = entry[1], (1...4096).contains(count) else { return nil }
            counts.append(count)
        }
        return counts
    }

    /// `knownParts` as directions; nil when it cannot be read.
    ///
    /// - Precondition: `channels` is a table for `size`.
    var knownDirections: [KnownDirection]? {
        let count = measures.directions
        let entries = self.knownParts.split(separator: " ").map { KnownDirection(String($0), directions: count) }
        return entries.contains { $0 == nil } ? nil : entries.compactMap { $0 }
    }
}
