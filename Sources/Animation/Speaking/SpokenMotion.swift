import Media
import Tensors

/// The motion of a portrait that speaks: for every frame what is added along the model's controls.
public struct SpokenMotion: Sendable {
    /// The file of the sound, which goes into the result.
    public let path: String
    /// Where the first frame stands on the file's own clock, in seconds.
    public let origin: Double
    /// Frames a second.
    public let rate: Rational
    /// Amounts along the controls, number 1 first, of every frame.
    public let amounts: [[Float]]
    /// What does not move that might; nil where all does.
    public let note: String?

    /// - Parameter amounts: at least one frame.
    public init(path: String, origin: Double, rate: Rational, amounts: [[Float]], note: String? = nil) {
        precondition(!amounts.isEmpty, "no frames")
        (self.path, self.origin, self.rate, self.amounts, self.note) = (path, origin, rate, amounts, note)
    }
}
