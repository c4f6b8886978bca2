import Media

/// What a motion file says before its frames.
public struct MotionHeader: Sendable {
    /// What tells motion from other JSON.
    static let format = "lia-motion"
    /// Version of the file's layout.
    static let formatVersion: Int64 = 1

    /// The model that encoded the motion; magnitudes mean something to that model alone.
    public var model: String
    /// M, the magnitudes of a frame.
    public var directions: Int
    /// Frames a second; of a video with a variable rate, its average.
    public var frameRate: Rational
    /// Seconds a tick of the frames' times.
    public var timeBase: Rational
    /// Width of the encoded video's first frame, in pixels.
    public var width: Int
    /// Height of the encoded video's first frame, in pixels.
    public var height: Int

    public init(model: String, directions: Int, frameRate: Rational, timeBase: Rational, width: Int, height: Int) {
        (self.model, self.directions, self.frameRate, self.timeBase) = (model, directions, frameRate, timeBase)
        (self.width, self.height) = (width, height)
    }
}
