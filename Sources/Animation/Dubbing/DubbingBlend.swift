/// How a painted mouth stands in its frame.
public enum DubbingBlend: String, CaseIterable, Sendable {
    /// As the authors put it there: a rectangle from above the nose to the chin, with edges.
    case none
    /// The painted square, fading into the frame around it.
    case feather
    /// What the painted square shows of the face, fading into the frame beyond the cheeks and the chin: collars, hair and what is behind stay.
    case face
}
