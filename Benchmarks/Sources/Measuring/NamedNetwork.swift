import Networks

/// A network to measure: the one that the program ships with, or one with the published channel table.
public struct NamedNetwork {
    public static let choices = "portrait or published-64, -128, -256, -512 or -1024"

    public let name: String
    public let configuration: LIAConfiguration

    /// Nil for a name that is not among the choices.
    public init?(_ name: String) {
        self.name = name
        if name == "portrait" {
            configuration = LIAConfiguration(size: 128, channels: [192, 192, 128, 96, 48, 16], code: 256, directions: 20, paints: true)
            return
        }
        guard let size = [64, 128, 256, 512, 1024].first(where: { name == "published-\($0)" }) else { return nil }
        // The published table, up to the size.
        let table = [512, 512, 512, 512, 256, 128, 64, 32, 16]
        configuration = LIAConfiguration(
            size: size, channels: Array(table.prefix(size.trailingZeroBitCount - 1)), code: 512, directions: 20)
    }
}
