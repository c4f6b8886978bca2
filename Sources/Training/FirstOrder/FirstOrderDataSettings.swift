/// The settings of the First Order Motion Model's data: pairs of frames.
public struct FirstOrderDataSettings: ClipSettings {
    public static let table = FirstOrderDataSettings()

    public let pairs = Setting("pairs", 20, .range(1...256), "Pairs of frames in a batch, a source and a driving frame each.")
    public let puppets = Setting("puppets", 0.0, .range(0...1), "The fraction of pairs that are drawn people, each a new one.")
    public let expressions = Setting(
        "expressions", 0.0, .range(0...1), "The fraction of pairs in which the face moves and the head hardly.")
    public let pseudoMotion = Setting(
        "pseudo_motion", 0.0, .range(0...1),
        "The fraction of the other pairs that are one frame or photo under random warps.")
    public let flip = DataSettings.table.flip
    public let color = DataSettings.table.color
    public let rotation = DataSettings.table.rotation
    public let scale = DataSettings.table.scale
    public let shift = DataSettings.table.shift
    public let hue = DataSettings.table.hue
    public let warp = DataSettings.table.warp
    public let validation = DataSettings.table.validation
    public let validationClips = DataSettings.table.validationClips
}
