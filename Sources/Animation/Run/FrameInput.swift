import Faces
import Media

/// What a frame of the result is made from: read and cut, not encoded yet.
struct FrameInput {
    /// A frame of a source of frames.
    struct Own {
        let picture: Picture
        /// What is cut out for each track; nil where its face is not seen.
        let cuts: [Picture?]
        /// Where each was cut.
        let squares: [FaceRectangle]
    }

    /// The source's own frame; nil where one picture serves all.
    var own: Own?
    /// For each driving face its picture, as large as the network reads it, or the motion; nil where it is not seen. Empty where nothing
    /// drives.
    var driving: [DrivingInput.Content?]
    let time, duration: Int64
}
