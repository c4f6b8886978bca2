/// The settings of the data: groups of frames from clips, drawn people and random warps, and how they vary.
public struct DataSettings: ClipSettings {
    public static let table = DataSettings()

    public let groupSize = Setting(
        "group_size", 4, .range(2...64), "Frames in a group (K): each is encoded once and reconstructed once.")
    public let groups = Setting("groups", 2, .range(1...256), "Groups in a batch.")
    public let puppets = Setting(
        "puppets", 0.0, .range(0...1), "The fraction of groups that are drawn: puppets, each a new person whose flow is known.")
    public let crossIdentity = Setting(
        "cross_identity", 0.0, .range(0...1),
        "The fraction of drawn groups of two people in the same poses, each rebuilt with the other's motion. Not in the paper.")
    public let crossRelative = Setting(
        "cross_relative", 0.0, .range(0...1), "The fraction of those that are rebuilt by relative transfer, from the source's pose on.")
    public let expressions = Setting(
        "expressions", 0.0, .range(0...1),
        "The fraction of groups in which the face moves and the head hardly: drawn heads are still, clips give frames of one moment.")
    public let landmarks = Setting(
        "landmarks", "", .any,
        "A file of the landmarks of the clips' faces, from 'lia prepare --landmarks', which makes flow and poses known; empty for none.")
    public let turned = Setting(
        "turned", 0.0, .range(0...1),
        "The fraction of groups of one frame whose face is turned and moved in space, by the depth of its landmarks.")
    public let varied = Setting(
        "varied", 0.0, .range(0...1), "The fraction of groups of a clip whose frames are chosen to differ in what face and head do.")
    public let givenParts = Setting(
        "given_parts", 1.0, .range(0...1),
        "The fraction of groups that are rebuilt with the known parts of their poses instead of what the encoder reads of these.")
    public let pseudoMotionStart = Setting(
        "pseudo_motion_start", 0.8, .range(0...1),
        "The fraction of the other groups that are one frame under random known warps, at first.")
    public let pseudoMotionEnd = Setting("pseudo_motion_end", 0.2, .range(0...1), "The fraction of them at last.")
    public let pseudoMotionSteps = Setting("pseudo_motion_steps", 2500, .atLeast(0), "Steps from the first fraction to the last.")
    public let flip = Setting("flip", true, .any, "True where groups are mirrored at random.")
    public let color = Setting(
        "color", 0.2, .range(0..<1), formerKey: "colour", "How strongly brightness, contrast and saturation vary; 0 for not at all.")
    public let rotation = Setting("rotation", 6.0, .range(0...90), "How far groups are turned, in degrees.")
    public let scale = Setting("scale", 0.08, .range(0...0.5), "How far groups are scaled: from 1/(1 + scale) to 1 + scale.")
    public let shift = Setting("shift", 0.04, .range(0...0.5), "How far groups are shifted, as a fraction of the side.")
    public let hue = Setting("hue", 8.0, .range(0...180), "How far hues turn, in degrees.")
    public let warp = Setting(
        "warp", 0.05, .range(0...0.12),
        "How far faces are reshaped by a smooth warp shared by a group, in halves of the picture: more people out of few.")
    public let validation = Setting("validation", 0.1, .range(0..<1), "The fraction of the clips that is held out.")
    public let validationClips = Setting(
        "validation_clips", "", .any, "Names of clips or identities to hold out instead, separated by commas; empty for that fraction.")
}
