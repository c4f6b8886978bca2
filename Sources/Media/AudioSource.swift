/// A range of a file's sound, to be carried into a written video.
public struct AudioSource: Sendable {
    /// The file whose sound it is.
    public let path: String
    /// In seconds since the file's first video frame; what sounds then will sound with the written video's first frame.
    public let start: Double
    /// In seconds since the file's first video frame; nil for all the rest.
    public let end: Double?
    /// Where the first video frame stands on the file's own clock, in seconds; nil to take what the container says.
    public let origin: Double?

    /// The sound stops with the last written frame, for a range of a video whose length is not known beforehand.
    public var endsWithVideo = false

    /// Whether a file holds sound.
    ///
    /// - Throws: `FileError` (input) when it cannot be read, or is of no known format.
    public static func holdsSound(_ path: String) throws -> Bool { try MediaInput(path: path).audioStream != nil }

    public init(path: String, start: Double = 0, end: Double? = nil, origin: Double? = nil) {
        self.path = path
        self.start = start
        self.end = end
        self.origin = origin
    }
}
