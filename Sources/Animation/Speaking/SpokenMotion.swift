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
    /// The control that opens the mouth, by its place among the amounts, and the amount that opens it furthest; nil where that is not known.
    public let mouth: (place: Int, end: Float)?
    /// What does not move that might; nil where all does.
    public let note: String?

    /// - Parameter amounts: at least one frame.
    public init(
        path: String, origin: Double, rate: Rational, amounts: [[Float]], mouth: (place: Int, end: Float)? = nil, note: String? = nil
    ) {
        precondition(!amounts.isEmpty, "no frames")
        (self.path, self.origin, self.rate, self.amounts, self.mouth, self.note) = (path, origin, rate, amounts, mouth, note)
    }

    /// The same for a portrait whose lips part as a response says.
    package func following(_ response: MouthResponse) -> SpokenMotion {
        SpokenMotion(path: path, origin: origin, rate: rate, amounts: amounts.map { following(response, $0) }, mouth: mouth, note: note)
    }

    /// A frame's amounts for such a portrait.
    package func following(_ response: MouthResponse, _ amounts: [Float]) -> [Float] {
        guard let mouth else { return amounts }
        var amounts = amounts
        amounts[mouth.place] = response.amount(amounts[mouth.place] / mouth.end)
        return amounts
    }
}
