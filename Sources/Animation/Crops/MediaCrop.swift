import Faces
import Media
import Networks

/// The squares of one picture or video, for work on squares alone.
public struct MediaCrop: Sendable {
    private let plan: CropPlan
    /// What was decided, in one line each.
    public let notes: [String]

    /// Reads the input where faces lay the squares.
    ///
    /// - Parameters:
    ///   - range: of a video, the frames that are worked on.
    ///   - option: which option chooses the crop, for messages.
    ///   - framing: of the network that is shown what is cut out.
    ///   - side: which squares of the framing.
    ///   - progress: is told how many frames were looked at, of how many where that is known.
    /// - Throws: `FileError` (input).
    public init(
        _ path: String, range: FrameRange = .all, settings: CropSettings, faces: FaceSupply, option: String = "--crop",
        framing: Framing? = nil, _ side: KeyPath<Framing, Framing.Square> = \.driving,
        progress: (Int, Int?) throws -> Void = { _, _ in }
    ) throws {
        var planner = CropPlanner(settings, faces, path: path)
        planner.option = option
        planner.frame(framing, side, smoothing: 0)
        let reader = try FrameReader(path)
        plan = try planner.plan(
            width: reader.width, height: reader.height, open: { DrivingFrames(.video(try FrameReader(path)), range: range) },
            progress: progress)
        notes = planner.notes
    }

    /// How the first face is turned in each frame of the range, where faces lay the square; nil where it is not seen.
    public var poses: [FacePose?] { plan.tracks.first?.glimpses.map { $0?.pose } ?? [] }

    /// How what `cut` gives becomes the network's square.
    public var fit: Fit { plan.fit }

    /// What is cut out of a frame, counted from 0 in the range, for the first face; the whole picture where nothing is cut.
    ///
    /// - Parameter model: what alone reads it, as large as that takes it; nil for the picture's own scale.
    public func cut(_ picture: Picture, frame: Int = 0, for model: PortraitModel? = nil) -> Picture {
        plan.cut(picture, frame: frame, always: true, side: model?.readSide)[0]!
    }
}
