/// The settings of DINet's data: mouths with pictures of the same person, and what is said.
public struct DINetDataSettings: ClipSettings {
    public static let table = DINetDataSettings()

    public let stage = Setting(
        "stage", "frame", .oneOf(["frame", "clip"]),
        "frame learns from single frames; clip, afterwards, from five in a row, which a discriminator and SyncNet see together.")
    public let samples = Setting("samples", 24, .range(2...256), "Mouths in a batch, in the stage of clips clips of five.")
    public let landmarks = Setting(
        "landmarks", "", .any, "A file of the landmarks of the clips' faces, from 'lia prepare --landmarks'; empty for drawn people alone.")
    public let features = Setting(
        "features", "", .any,
        "A folder with the clips' rows of sound features, NAME.npy, 25 a second; empty for numbers of the mouth, which landmarks tell.")
    public let puppets = Setting("puppets", 0.0, .range(0...1), "The fraction of mouths that are drawn people's, each a new one.")
    public let photos = Setting(
        "photos", 0.0, .range(0...1), "The fraction of the other mouths that are of photos, which are their own references.")
    public let singleReference = Setting(
        "single_reference", 0.0, .range(0...1), "The fraction of mouths whose references are all one picture, as where a photo is dubbed.")
    public let openings = Setting(
        "openings", 0.0, .range(0...1),
        "The fraction of films' mouths that are the one of four frames that is open the widest, with the most shut of four as references.")
    public let closings = Setting(
        "closings", 0.0, .range(0...1),
        "The fraction of films' mouths that are the most shut of eight, with the widest of eight as references; with openings at most 1.")
    public let jitter = Setting(
        "jitter", 0.04, .range(0...0.2), "How far each picture is cut beside its place and size, as a fraction of the mouth's half.")
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
