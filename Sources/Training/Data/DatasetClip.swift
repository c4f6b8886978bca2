extension Dataset {
    /// Frames that follow one another and show one identity, or a single photo.
    public struct Clip: Codable, Equatable, Sendable {
        /// What a clip was made from.
        public enum Kind: String, Codable, Sendable {
            /// A video, a GIF or a folder of numbered pictures.
            case video
            /// A picture alone: one frame.
            case photo
        }

        /// Distinct in the data set: the path below the prepared folder, without its extension.
        public let name: String
        /// Who is seen; clips of one identity stand on one side of a split.
        public let identity: String
        /// The first frame's index in the data set.
        public let first: Int
        /// How many frames; at least 1.
        public let count: Int
        /// The mean rate of the clip's frames; 0 where there is no rate, as in a photo.
        public let framesPerSecond: Double
        /// The name of the file or folder that it was read from, without its path.
        public let source: String
        public let kind: Kind

        /// The clip's frames, as indices in the data set.
        public var frames: Range<Int> { first..<first + count }

        public init(
            name: String, identity: String, first: Int, count: Int, framesPerSecond: Double, source: String, kind: Kind
        ) {
            (self.name, self.identity, self.first, self.count) = (name, identity, first, count)
            (self.framesPerSecond, self.source, self.kind) = (framesPerSecond, source, kind)
        }

        enum CodingKeys: String, CodingKey {
            case name, identity, first, count, source, kind
            case framesPerSecond = "frames_per_second"
        }
    }
}
