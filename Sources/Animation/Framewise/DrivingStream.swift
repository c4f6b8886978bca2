import Faces
import Files
import Media
import Networks
import Tensors

/// Driving frames, read one after another as they are wanted: those of a file, or pictures that come from elsewhere.
public final class DrivingStream {
    /// The rate of pictures that come without times, in frames a second.
    private static let rate = 25.0

    public let model: PortraitModel
    /// Frames in all, as far as the container says; nil for pictures that come from elsewhere.
    public let total: Int?
    /// Frames a second.
    public let frameRate: Double
    /// Whether the frames are a file's.
    public let isFile: Bool
    /// Whether there is one frame alone.
    public let isStill: Bool
    /// What was decided, one line each; for pictures from elsewhere known after the first one.
    public private(set) var notes: [String] = []
    private var frames: DrivingFrames?
    private var planner: CropPlanner
    private var plan: CropPlan?
    private let faces: FaceSupply
    private var count = 0

    /// Reads a file: a video, a GIF, a folder of pictures, a picture, or motion.
    ///
    /// - Parameters:
    ///   - faces: what finds faces, where the crop needs them. Where faces lay the square, all frames are looked at first.
    ///   - needsFace: whether no face at all is an error even where a face is not insisted on.
    /// - Throws: `FileError` (input).
    public init(
        file path: String, for model: PortraitModel, range: FrameRange = .all, crop: CropSettings = CropSettings(), needsFace: Bool = false,
        faces: FaceSupply = .none
    ) throws {
        let input = try DrivingInput(path, for: model)
        let opened = DrivingFrames(input, range: range)
        (self.model, self.faces, isFile, isStill) = (model, faces, true, input.isStill || range.first == range.last)
        (frames, total, frameRate) = (opened, opened.total, input.frameRate.value)
        planner = try Self.planner(crop, faces, path, model)
        if case .motion(let motion) = input, motion.header.directions != model.network.motionCount {
            throw FileError(
                .input, path,
                "expected motion along \(model.network.motionCount) directions, as model \(model.name) has them, found "
                    + "\(motion.header.directions); encode the video again with this model")
        }
        guard case .video(let reader) = input else { return }
        planner.needsFace = needsFace
        plan = try planner.plan(
            width: reader.width, height: reader.height, open: { DrivingFrames(try DrivingInput(path, for: model), range: range) },
            progress: { _, _ in })
        notes = planner.notes
    }

    /// Takes pictures that come from elsewhere. The face of the first one lays the square for all.
    ///
    /// - Parameter name: what errors call the pictures.
    /// - Throws: `FileError` (input) for a crop that is laid by all frames.
    public init(picturesFor model: PortraitModel, crop: CropSettings = CropSettings(), faces: FaceSupply = .none, name: String) throws {
        guard crop.choice != .follow else {
            throw FileError(.input, name, "a square that follows the face is laid by all frames, which a file has; choose another crop")
        }
        (self.model, self.faces, isFile, isStill) = (model, faces, false, false)
        (total, frameRate) = (nil, Self.rate)
        planner = try Self.planner(crop, faces, name, model)
    }

    private static func planner(_ crop: CropSettings, _ faces: FaceSupply, _ path: String, _ model: PortraitModel) throws -> CropPlanner {
        guard crop.face != .all else { throw FileError(.input, path, "one face drives frame by frame; choose which") }
        var planner = CropPlanner(crop, faces, path: path)
        planner.option = "the driving crop"
        planner.frame(model.network.framing, \.driving, smoothing: 0)
        return planner
    }

    /// The next frames of a file; fewer than `count`, or none, at its end.
    ///
    /// - Throws: `FileError` (input).
    public func next(_ count: Int) throws -> [DrivingMoment] {
        precondition(isFile, "pictures come from elsewhere")
        var inputs: [(content: DrivingInput.Content, time: Double)] = []
        while inputs.count < count, let frame = try frames!.next() {
            inputs.append((frame.content, Double(frame.time) * frames!.reader.timeBase.value))
        }
        if inputs.isEmpty, self.count == 0, count > 0 { throw FileError(.input, planner.path, frames!.emptiness) }
        return try read(inputs)
    }

    /// What drives in pictures that come from elsewhere, after those before.
    ///
    /// - Throws: `FileError` (input): no such face in the first one.
    public func read(_ pictures: [Picture]) throws -> [DrivingMoment] {
        precondition(!isFile, "the frames are a file's")
        if plan == nil, let first = pictures.first {
            plan = try planner.plan(first)
            notes = planner.notes
        }
        return try read(pictures.enumerated().map { (.picture($1), Double(count + $0) / frameRate) })
    }

    private func read(_ inputs: [(content: DrivingInput.Content, time: Double)]) throws -> [DrivingMoment] {
        let start = count, model = model, faces = faces, plan = plan ?? CropPlan(.centre), isFile = isFile
        count += inputs.count
        return try model.eachFrame(inputs.count) { index in
            switch inputs[index].content {
            case .motion(let motion): return DrivingMoment(motion: motion, time: inputs[index].time)
            case .picture(let picture):
                // What was looked at once alone says nothing of where the face is not seen.
                let cut = plan.cut(picture, frame: start + index, always: !isFile, side: model.readSide)[0]
                return DrivingMoment(motion: try cut.map { try model.read($0, plan.fit, faces: faces).motion }, time: inputs[index].time)
            }
        }
    }
}
