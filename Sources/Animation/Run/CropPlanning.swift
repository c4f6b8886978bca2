import Faces
import Files
import Media

/// The first step of a job: where both sides' pictures are cut.
struct CropPlanning {
    private let context: AnimationContext
    private var job: AnimationJob { context.job }

    init(_ context: AnimationContext) { self.context = context }

    /// What the source is, with its plan.
    struct Source {
        /// The source's picture; nil for frames.
        let still: Picture?
        /// Of the first frame, in pixels.
        let width, height: Int
        var plan: CropPlan
        /// Whether results are pasted back.
        let pastes: Bool
    }

    /// - Throws: `FileError` (input).
    func source() throws -> Source {
        let choice = PasteChoice(job.pastesBack, crop: job.sourceCrop, size: job.outputSize)
        func planner(isMoving: Bool = false) -> CropPlanner {
            var planner = choice.planner(job.faces, path: job.source.path)
            planner.frame(context.model.network.framing, \.source, smoothing: job.smoothing)
            planner.isMoving = isMoving
            return planner
        }
        let result: Source
        switch job.source {
        case .picture(let path):
            var remarks: [String] = []
            let picture = try context.report.timing(\.decode) { try Picture.read(path) { remarks.append("\(path): \($0)") } }
            context.report.warnings += remarks
            result = try planned(still: picture, picture.width, picture.height, choice, planner()) { try $0.plan(picture) }
        case .frames(let path):
            let reader = try FrameReader(path)
            result = try planned(still: nil, reader.width, reader.height, choice, planner(isMoving: !reader.isStill)) { planner in
                try planner.plan(
                    width: reader.width, height: reader.height, limit: try sourceLimit(),
                    open: { DrivingFrames(.video(try FrameReader(path)), range: job.driving == nil ? job.frames : .all) },
                    progress: report)
            }
        }
        if !result.pastes, result.plan.tracks.count > 1 {
            throw FileError(
                .input, job.source.path, "several faces need --paste-back: they stand in one picture; or choose one of them by --face")
        }
        if result.pastes { context.report.notes += result.plan.missing(path: job.source.path, held: false) }
        context.report.source = result.plan.report
        return result
    }

    private func planned(
        still: Picture?, _ width: Int, _ height: Int, _ choice: PasteChoice, _ planner: CropPlanner,
        _ plan: (inout CropPlanner) throws -> CropPlan
    ) throws -> Source {
        var planner = planner
        let found = try context.report.timing(\.faces) { try plan(&planner) }
        context.report.notes += planner.notes
        let (settled, pastes) = choice.settled(found)
        return Source(still: still, width: width, height: height, plan: settled, pastes: pastes)
    }

    /// Frames of a source that can be of use: as many as a driving video of the same rate has.
    private func sourceLimit() throws -> Int? {
        guard let path = job.driving, !job.loops else { return nil }
        let driving = try DrivingInput(path, for: context.model)
        guard !driving.isStill, let count = DrivingFrames(driving, range: job.frames).total else { return nil }
        let own = try FrameReader(job.source.path)
        // Some more, because rates are averages.
        return Int(Double(count) * own.frameRate.value / max(driving.frameRate.value, 0.01)) + 16
    }

    /// The driving side's plan; nil where nothing drives, or motion that needs no cutting.
    ///
    /// - Throws: `FileError` (input).
    func driving(_ source: Source) throws -> CropPlan? {
        guard let path = job.driving, case .video(let reader) = try DrivingInput(path, for: context.model) else { return nil }
        var planner = CropPlanner(job.drivingCrop, job.faces, path: path)
        planner.option = "--driving-crop"
        planner.frame(context.model.network.framing, \.driving, smoothing: job.smoothing)
        planner.needsFace = [.face, .follow].contains(source.plan.origin)
        let said = context.report.notes
        var plan = try context.report.timing(\.faces) {
            try planner.plan(
                width: reader.width, height: reader.height,
                open: { DrivingFrames(try DrivingInput(path, for: context.model), range: job.frames) }, progress: report)
        }
        // That the networks are absent is said once.
        context.report.notes += planner.notes.filter { !said.contains($0) }
        context.report.notes += plan.missing(path: path, held: true)
        if source.plan.tracks.count > 1, plan.tracks.count > 1, plan.tracks.count < source.plan.tracks.count {
            context.report.notes.append(
                "\(path): has \(plan.tracks.count) faces for \(source.plan.tracks.count) of the source; the others stay as they are")
        }
        if job.aligns { try align(&plan, to: source) }
        context.report.driving = plan.report
        return plan
    }

    private func report(_ done: Int, _ total: Int?) throws { try context.progress(.init(stage: .finding, done: done, total: total)) }

    /// Lays the driving squares so that each driving face lies in its own in the reference frame as the source's face does in its.
    private func align(_ plan: inout CropPlan, to source: Source) throws {
        guard plan.origin != .follow else {
            throw FileError(.input, job.driving!, "--align lays one square for the whole video, and --driving-crop follow does not")
        }
        for index in plan.tracks.indices {
            let own = source.plan.tracks[min(index, max(0, source.plan.tracks.count - 1))...].first
            let track = plan.tracks[index]
            guard let own, let ownPose = own.pose(own.firstSeen), let pose = track.pose(referenceIndex(track, own)),
                let map = Similarity(from: ownPose.anchors, to: pose.anchors)
            else { throw FileError(.input, job.driving!, "--align needs a face on both sides; leave --crop and --driving-crop to faces") }
            plan.tracks[index] = track.moved(to: map.moved(own.square(own.firstSeen)))
        }
    }

    /// The frame in which driving and source are laid on each other, counted from 0 in the range.
    private func referenceIndex(_ track: CropTrack, _ own: CropTrack) -> Int {
        switch job.reference {
        case .number(let number): return max(0, number - job.frames.first)
        case .automatic: return FirstFrame(track, source: own).nearest ?? track.firstSeen
        case .first, .best: return track.firstSeen
        }
    }
}
