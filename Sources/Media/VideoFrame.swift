/// One picture of a driving input, and when it is shown.
public struct VideoFrame: Sendable {
    /// Upright, with square pixels.
    public let picture: Picture
    /// In ticks of the reader's `timeBase`; the first frame's is 0, and each frame's is larger than the one's before.
    public let time: Int64
    /// In ticks of the reader's `timeBase`; positive. Where the next frame follows, it is exactly until then.
    public let duration: Int64
}
