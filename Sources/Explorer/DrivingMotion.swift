import Animation
import Faces
import Media
import Tensors

/// The motion of a driving video or motion file, in memory.
struct DrivingMotion: Sendable {
    /// What the user calls the file; for showing only.
    let name: String
    /// A command that makes the file, for one that the program drew.
    let origin: String?
    /// Its file, in the page's scratch folder.
    let file: String
    /// How its frames were cropped.
    var crop = CropSettings()
    let header: MotionHeader
    let frames: [MotionFrame]
    /// How the head is turned in each frame, where faces were looked for; nil where none is seen.
    var poses: [FacePose?] = []
    /// What the portrait says, where a sound drives it: the frames' magnitudes are then added to its own.
    var speech: SpokenMotion?
    /// True when the file had more frames than are held in memory.
    let isShortened: Bool

    /// When each frame is shown, in seconds.
    var times: [Double] { frames.map { Double($0.time) * header.timeBase.value } }
    /// In seconds.
    var duration: Double { frames.last.map { Double($0.time + $0.duration) * header.timeBase.value } ?? 0 }
}
