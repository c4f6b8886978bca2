import Faces
import Media
import Networks
import Tensors

/// A frame of the result, encoded.
struct Moment {
    /// For each face of the source; nil where it is not seen in this frame, which stays as it is there.
    let portraits: [(any EncodedPortrait)?]
    /// (1, V) for each driving face; nil where it is not seen. Empty where nothing drives.
    var driving: [Tensor?]
    /// The picture that the portraits are pasted into, and where; nil where they are not, or go into the still source.
    let own: FrameInput.Own?
    let time, duration: Int64
    /// From 0.
    var number = 0

    /// Which driving face moves a face of the source: the one that there is, or the one of the same number; nil for none.
    static func driver(of face: Int, among count: Int) -> Int? { count == 1 ? 0 : face < count ? face : nil }
}
