import Media
import Networks
import Tensors

/// Encodes frames some at a time, in order.
final class MomentEncoder {
    private let context: AnimationContext
    private let still: StillSource?
    private let layout: ResultLayout
    private let fit: Fit
    private let input: ReadAhead<FrameInput>
    private var smoothing: MotionSmoothing
    /// Seconds a tick of the frames' times.
    private let tick: Double
    private var count: Int
    private var frames = 0
    /// Frames that are computed at the same time.
    let atOnce: Int

    init(
        _ context: AnimationContext, _ input: ReadAhead<FrameInput>, still: StillSource?, _ layout: ResultLayout, fit: Fit, tick: Double,
        waiting: Int, smoothsDriving: Bool
    ) {
        (self.context, self.input, self.still, self.layout, self.fit, self.tick) = (context, input, still, layout, fit, tick)
        // What smooths a moving source's motion as a whole leaves nothing to smooth here.
        smoothing = MotionSmoothing(strength: smoothsDriving ? context.job.smoothing : 0)
        atOnce = min(context.model.framesAtOnce, waiting)
        // The first frame of a large network has all threads, so as to be there soon.
        count = context.model.network.isSmall ? atOnce : 1
    }

    /// How much the driving motion trembles; nil where nothing drives.
    var jitter: Jitter? { context.job.driving == nil ? nil : smoothing.jitter }

    /// The next frames; none at the end.
    func next() throws -> [Moment] {
        defer { count = atOnce }
        var inputs: [FrameInput] = []
        while inputs.count < count, let next = try input.next() { inputs.append(next) }
        guard !inputs.isEmpty else { return [] }
        var moments = try context.report.timing(\.encode) { try context.workers(inputs.count) { try self.encoded(inputs[$0]) } }
        for index in moments.indices {
            moments[index].number = frames
            frames += 1
            moments[index].driving = smoothing.next(moments[index].driving, time: Double(moments[index].time) * tick)
        }
        return moments
    }

    private func encoded(_ input: FrameInput) throws -> Moment {
        let model = context.model, faces = context.job.faces
        let portraits =
            try input.own?.cuts.map { cut in try cut.map { try model.encode($0, fit, side: layout.side(of: $0), faces: faces) } }
            ?? still!.portraits
        let driving = try input.driving.map { content -> Tensor? in
            switch content {
            case .motion(let motion): return motion
            case .picture(let picture, let opening): return try model.videoDriven.read(Tensor(picture), opening: opening).motion
            case nil: return nil
            }
        }
        return Moment(portraits: portraits, driving: driving, own: input.own, time: input.time, duration: input.duration)
    }
}
