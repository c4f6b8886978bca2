import Media
import Networks
import Tensors

/// Reads both sides of a job, frame by frame, and cuts what the network is shown.
struct FrameFeed {
    /// A source of frames, and where they are cut.
    private var own: (frames: DrivingFrames, plan: CropPlan)?
    private var driving: DrivingClock?
    private let drivingPlan: CropPlan?
    /// Whether squares are cut also where the face is not seen.
    private let always: Bool
    private let model: PortraitModel
    private let faces: FaceSupply

    init(
        _ context: AnimationContext, own: (frames: DrivingFrames, plan: CropPlan)?, driving: DrivingClock?, plan: CropPlan?, always: Bool
    ) {
        (self.own, self.driving, drivingPlan, self.always) = (own, driving, plan, always)
        (model, faces) = (context.model, context.job.faces)
    }

    /// Where the frames begin, in seconds since the first one of the side that gives the times; known after the first `next()`.
    var startSeconds: Double { own?.frames.startSeconds ?? driving?.startSeconds ?? 0 }

    /// The side that decides times, sound and rate.
    var timing: DrivingInput { own?.frames.reader ?? driving!.reader }

    /// Frames of the side that ends first, as far as the containers say.
    var total: Int? {
        guard let own else { return driving?.total }
        guard let driving else { return own.frames.total }
        return [own.frames.total, driving.total(atRate: own.frames.reader.frameRate.value)].compactMap { $0 }.min()
    }

    /// Frames read, for the message that there are none in a range.
    var seen: Int { driving?.seen ?? own?.frames.seen ?? 0 }

    /// The next frame's input; nil where either side ends.
    mutating func next() throws -> FrameInput? {
        guard own != nil else {
            guard let frame = try driving?.next() else { return nil }
            return FrameInput(own: nil, driving: cut(frame.content, frame.index), time: frame.time, duration: frame.duration)
        }
        let index = own!.frames.taken
        guard let frame = try own!.frames.next(), case .picture(let picture) = frame.content else { return nil }
        var contents: [FrameInput.Driving?] = []
        if driving != nil {
            guard let shown = try driving!.shown(at: Double(frame.time) * own!.frames.reader.timeBase.value) else { return nil }
            contents = cut(shown.content, shown.index)
        }
        let plan = own!.plan
        let source = FrameInput.Own(
            picture: picture, cuts: plan.cut(picture, frame: index, always: always), squares: plan.tracks.map { $0.square(index) })
        return FrameInput(own: source, driving: contents, time: frame.time, duration: frame.duration)
    }

    /// What the network is shown of a driving frame, for each face.
    private func cut(_ content: DrivingInput.Content, _ index: Int) -> [FrameInput.Driving?] {
        switch content {
        case .motion(let motion): return [.motion(motion)]
        case .picture(let picture):
            let plan = drivingPlan ?? CropPlan(.centre)
            return plan.cut(picture, frame: index, side: model.readSide).map { cut in
                cut.map { .picture(model.square($0, plan.fit), faces.opening(in: $0, for: model.network)) }
            }
        }
    }
}
