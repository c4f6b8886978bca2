import Faces
import Media
import Networks

/// A source that is one picture: its portraits are encoded once.
struct StillSource {
    let picture: Picture
    var portraits: [any EncodedPortrait]
    /// Where each portrait was cut; empty where the whole picture was fitted.
    let squares: [FaceRectangle]
    /// What paints the mouth of each portrait; empty where mouths move along the model's directions.
    var mouths: [SpeakingMouth] = []
}
