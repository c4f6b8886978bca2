/// What a preparation read and wrote, for people and, as JSON, for programs.
public struct PreparationReport: Codable, Sendable {
    /// A file or clip that is not, or not wholly, in the data set, and why.
    public struct Remark: Codable, Equatable, Sendable {
        /// The path, below the folder as the user gave it.
        public let file: String
        /// One line.
        public let reason: String
    }

    public let output: String
    /// The side of every frame, in pixels.
    public let size: Int
    /// Clips of videos, GIFs and numbered pictures.
    public internal(set) var clips = 0
    /// Photos: clips of one frame, not counted in `clips`.
    public internal(set) var photos = 0
    public internal(set) var identities = 0
    /// The frames of clips and photos together.
    public internal(set) var frames = 0
    /// The file's size.
    public internal(set) var bytes = 0
    /// Files and clips that are left out: damaged, unreadable or too short.
    public internal(set) var skipped: [Remark] = []
    /// Files and clips that are in the data set as far as they could be read.
    public internal(set) var warnings: [Remark] = []
    /// Files that are no media.
    public internal(set) var passedOver = 0
    /// Their paths.
    public internal(set) var passedOverFiles: [String] = []
    /// The seconds from start to end.
    public internal(set) var seconds = 0.0

    enum CodingKeys: String, CodingKey {
        case output, size, clips, photos, identities, frames, bytes, skipped, warnings, seconds
        case passedOver = "passed_over"
        case passedOverFiles = "passed_over_files"
    }
}
