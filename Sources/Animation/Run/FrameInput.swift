import Faces
import Media
import Networks
import Tensors

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

    /// What is known of a driving face in a frame.
    enum Driving {
        /// Its picture, as large as the network reads it, and how far eyes and lips are open, where that is of use.
        case picture(Picture, FaceOpening?)
        case motion(Tensor)
    }

    /// The source's own frame; nil where one picture serves all.
    var own: Own?
    /// For each driving face; nil where it is not seen. Empty where nothing drives.
    var driving: [Driving?]
    let time, duration: Int64
}
