/// What a network that dubs hears of speech, frame by frame.
public enum SpokenSound: String, CaseIterable, Sendable {
    /// The scores of DeepSpeech's letters.
    case letters
    /// The numbers of a mouth: how far it is open, wide and puckers (see `MouthNetwork`).
    case mouth

    /// Values of a row.
    public var values: Int { self == .letters ? 29 : 3 }
}
