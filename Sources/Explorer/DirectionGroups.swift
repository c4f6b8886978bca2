/// Headings for directions whose family gives none: by the names that `lia explore label --automatic`, or people, give them.
enum DirectionGroups {
    private static let headings: [(heading: String, beginnings: [String])] = [
        ("Head", ["turn", "nod", "tilt", "yaw", "pitch", "roll", "shift", "scale", "head", "across", "down"]),
        ("Eyes", ["blink", "gaze", "brow", "eye", "lid", "squint", "wink"]),
        ("Mouth", ["jaw", "mouth", "lip", "pucker", "smile", "open", "wide", "cheek"]),
    ]

    /// The heading of a direction; nil for one without a name.
    static func heading(ofName name: String?) -> String? {
        guard let name = name?.lowercased() else { return nil }
        return headings.first { _, beginnings in beginnings.contains { name.hasPrefix($0) } }?.heading ?? "Others"
    }
}
