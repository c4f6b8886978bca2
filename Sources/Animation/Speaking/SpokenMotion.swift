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
    /// The same without the mouth, which another network paints then.
    public let idle: [[Float]]
    /// (frames, 3): how far the mouth is open, wide and puckers.
    public let mouths: Tensor
    /// The control that opens the mouth, by its place among the amounts, and the amount that opens it furthest; nil where that is not known.
    public let mouth: (place: Int, end: Float)?
    /// The controls that shut lids, by their places, and the amounts of a whole blink.
    public let blinks: [(place: Int, whole: Float)]
    /// What does not move that might; nil where all does.
    public let note: String?

    /// - Parameters:
    ///   - amounts: at least one frame.
    ///   - idle: as many frames; the amounts themselves where nil.
    ///   - mouths: as many frames; shut ones where nil.
    public init(
        path: String, origin: Double, rate: Rational, amounts: [[Float]], idle: [[Float]]? = nil, mouths: Tensor? = nil,
        mouth: (place: Int, end: Float)? = nil, blinks: [(place: Int, whole: Float)] = [], note: String? = nil
    ) {
        precondition(!amounts.isEmpty && idle.map { $0.count == amounts.count } ?? true, "\(amounts.count) frames")
        (self.path, self.origin, self.rate, self.amounts) = (path, origin, rate, amounts)
        (self.idle, self.mouths) = (idle ?? amounts, mouths ?? Tensor(zeros: [amounts.count, 3]))
        (self.mouth, self.blinks, self.note) = (mouth, blinks, note)
    }

    /// The same with a mouth that does not move.
    package var withoutMouth: SpokenMotion {
        SpokenMotion(path: path, origin: origin, rate: rate, amounts: idle, mouths: mouths, blinks: blinks)
    }

    /// The same for a portrait whose lips and lids move as a response says.
    package func following(_ response: SpeakingResponse) -> SpokenMotion {
        SpokenMotion(
            path: path, origin: origin, rate: rate, amounts: amounts.map { following(response, $0) },
            idle: idle.map { following(SpeakingResponse(lips: nil, lids: response.lids), $0) }, mouths: mouths, mouth: mouth,
            blinks: blinks, note: note)
    }

    /// A frame's amounts for such a portrait.
    package func following(_ response: SpeakingResponse, _ amounts: [Float]) -> [Float] {
        var amounts = amounts
        if let mouth, let lips = response.lips { amounts[mouth.place] = lips.amount(amounts[mouth.place] / mouth.end) }
        if let lids = response.lids {
            for blink in blinks { amounts[blink.place] *= lids.part }
        }
        return amounts
    }
}
