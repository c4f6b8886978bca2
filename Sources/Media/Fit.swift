/// How a picture that is not square becomes square.
public enum Fit: String, CaseIterable, Sendable {
    /// The largest square in its middle.
    case crop
    /// The whole picture, between bars of a plain color.
    case pad
    /// The whole picture, its proportions changed.
    case stretch
}
