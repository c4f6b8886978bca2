import Files
import Media
import Networks

/// From a portrait to a video of it: moved by a driving video or motion file, edited, or both.
public struct AnimationJob: Sendable {
    /// Whose portrait is animated.
    public enum Source: Equatable, Sendable {
        /// Path of a picture, encoded once.
        case picture(String)
        /// Path of a picture, video, GIF or folder of pictures: every frame is encoded anew and has its own motion.
        case frames(String)

        /// A picture, or frames where there are several, as the content says.
        ///
        /// - Throws: `FileError` (input) when it cannot be read.
        public init(media path: String) throws {
            self = try FrameReader(path).isStill ? .picture(path) : .frames(path)
        }

        public var path: String {
            switch self {
            case .picture(let path), .frames(let path): return path
            }
        }
    }

    public var source: Source
    /// Path of the driving video, GIF, folder of pictures, single picture, or motion file. Without one the source keeps its own motion,
    /// edited.
    public var driving: String?
    /// What a picture says, instead of a driving side; nil for nothing.
    public var speech: SpokenMotion?
    /// What paints the mouth of a picture that speaks, and hears mouths; nil where it moves along the model's own directions, as it does where
    /// no face is found to paint.
    public var mouthModel: PortraitModel?
    /// Whether a picture without a face to paint is refused, instead.
    public var insistsOnMouthModel = false
    /// Path of the result; its extension chooses the format, and a final "/" makes a folder of PNG frames.
    public var output: String
    /// Path of a motion file to write the frames' motion to; none where nil.
    public var motionOutput: String?
    /// How driving motion is transferred, and the edit.
    public var target = TargetMotion()
    /// Where relative transfer starts from.
    public var reference = ReferenceFrame.first
    /// Which driving frames are animated; without a driving video, which of the source's.
    public var frames = FrameRange.all
    /// What finds faces, where the crops need them.
    public var faces = FaceSupply.none
    /// How the source's pictures become the network's squares.
    public var sourceCrop = CropSettings()
    /// How the driving pictures do.
    public var drivingCrop = CropSettings()
    /// Whether the result stands in the source's picture, at its own resolution; nil where what was cropped around a face, or by hand, does.
    public var pastesBack: Bool?
    /// Path of a picture that shows both sides' crops; none where nil.
    public var preview: String?
    /// How strongly the driving motion, and squares that follow a face, are smoothed, 0 to 1; 0 leaves the motion as it is.
    public var smoothing: Float = 0
    /// Whether the driving frames begin again at their end; for a source of frames.
    public var loops = false
    /// Whether the driving square is laid so that in the reference frame the driving face lies in it as the source's does in its own.
    public var aligns = false
    /// Side of a result that is not pasted back, in pixels; when absent the network's own, or with the source's detail the source's, at
    /// most 512.
    public var outputSize: Int?
    /// Whether the least and the largest value of the whole result become black and white, as in the authors' program of LIA; not for a
    /// result that is pasted back.
    public var spreadsLevels = false
    /// Whether the sound stays: the driving video's; that of a source of frames, which gives the times, where it has some.
    public var keepsAudio = true
    /// Whether existing results may be replaced.
    public var overwrite = false

    public init(source: Source, driving: String?, output: String) {
        (self.source, self.driving, self.output) = (source, driving, output)
    }

    /// Whether a file's content is motion, and neither picture nor video.
    public static func isMotion(_ path: String) -> Bool { MotionReader.isMotion(path) || MotionClip.isClip(path) }

    /// How far a run is.
    public struct Progress: Sendable {
        public enum Stage: String, Sendable {
            /// Faces are looked for, to lay the crops.
            case finding = "finding faces"
            /// Motion is encoded ahead, to choose the reference frame.
            case encoding
            case animating
            case editing
            /// A source is looked through.
            case reading
            case dubbing
        }
        public let stage: Stage
        /// Frames done.
        public let done: Int
        /// Frames in all, as far as the container says.
        public let total: Int?
    }

    /// Runs each piece of a network's work, at once or when its turn comes; throws instead when the work is no longer wanted.
    public typealias Turn = (_ work: @escaping () -> Void) throws -> Void

    /// Runs the whole job. Memory does not grow with the length of the video, but for a few bytes a frame with
    /// `reference` best.
    ///
    /// - Parameters:
    ///   - turn: how the network's work is run; at once by default.
    ///   - progress: told how far the run is.
    /// - Throws: `FileError`: input that cannot be read or has no such frames, a model that video does not drive; output that cannot be
    ///   written. What `turn` and `progress` throw: no output appears then.
    public func run(
        on model: PortraitModel, turn: @escaping Turn = { $0() }, progress: @escaping (Progress) throws -> Void = { _ in }
    ) throws -> AnimationReport {
        try AnimationRun(self, model, turn: turn, progress: progress).run()
    }

    /// The paths that are read besides the model's.
    var inputs: [String] { [source.path] + [driving, speech?.path].compactMap { $0 } }

    /// Whether something moves the portrait frame by frame.
    var isMoved: Bool { driving != nil || speech != nil }

    func metadata(_ model: PortraitModel) -> MediaMetadata {
        MediaMetadata(synthetic: isMoved ? "a portrait animated" : "a portrait edited", model: model.name)
    }
}
