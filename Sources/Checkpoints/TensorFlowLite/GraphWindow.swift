/// How the windows of a convolution or pooling move over their input.
public struct GraphWindow: Equatable, Sendable {
    /// Whether windows reach over the edges, so that n values in steps of s give ⌈n/s⌉ (SAME); otherwise they stay inside (VALID).
    public let isPadded: Bool
    /// Rows and columns from one window to the next.
    public let rowStep, columnStep: Int
}
