import Media
import Networks
import Tensors

/// Gives the frames of a `MotionClip` one after another.
final class ClipReader {
    let clip: MotionClip
    let rate: Rational
    private var index = 0

    init(_ clip: MotionClip) { (self.clip, rate) = (clip, Rational(clip.rate)) }

    /// The next frame, a tick each; nil at the end.
    func next() -> (content: DrivingInput.Content, time: Int64, duration: Int64)? {
        guard index < clip.frames.count else { return nil }
        defer { index += 1 }
        return (.motion(clip.frames[index]), Int64(index), 1)
    }
}
