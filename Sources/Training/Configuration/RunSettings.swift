/// The settings of a run as a whole, which stand at the top of its file.
public struct RunSettings: SettingTable {
    public static let table = RunSettings()

    public let family = Setting("family", "lia", .any, "The family of the network that learns.")
    public let steps = Setting("steps", 20_000, .atLeast(1), "How many steps a run has.")
    public let seed = Setting("seed", 1, .atLeast(0), "The seed of all random numbers.")
}
