/// The settings of a speech model's data: moments of utterances, and how their sound varies.
public struct SpeechDataSettings: SettingTable {
    public static let table = SpeechDataSettings()

    public let moments = Setting("moments", 128, .range(1...65536), "Moments in a batch.")
    public let loudness = Setting("loudness", 0.5, .range(0...10), "How far the level of a moment varies, in natural logarithms of power.")
    public let tilt = Setting(
        "tilt", 1.5, .range(0...10), "How far high bands vary against low ones, as by microphones, in natural logarithms of power.")
    public let stretch = Setting(
        "stretch", 0.12, .range(0...0.4), "How far spectra are stretched or squeezed along the bands, as by larger and smaller heads.")
    public let validation = Setting("validation", 0.1, .range(0..<1), "The fraction of the utterances that is held out.")
}
