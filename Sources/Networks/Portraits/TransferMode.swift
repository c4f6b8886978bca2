/// How driving motion becomes the source's.
public enum TransferMode: String, CaseIterable, Sendable {
    /// Only the change since a reference frame is added to the source's own motion: z + D·(a_t − a_ref + a_source).
    case relative
    /// The driving motion is taken as it is: z + D·a_t.
    case absolute
}
