import Faces
import Files
import Media
import Networks
import Tensors

/// An `AnimationJob` under way: its steps in their order. Frames are read and cut ahead of the network, computed some at a time, and
/// written behind it.
final class AnimationRun {
    /// Frames that wait before the network, and after it, at most.
    private static let waitingFrames = 4

    private let context: AnimationContext
    private var job: AnimationJob { context.job }

    init(
        _ job: AnimationJob, _ model: PortraitModel, turn: @escaping AnimationJob.Turn,
        progress: @escaping (AnimationJob.Progress) throws -> Void
    ) { context = AnimationContext(job, model, turn: turn, progress: progress) }

    func run() throws -> AnimationReport {
        try InputProtection(job.inputs + context.model.files + (job.mouthModel?.files ?? [])).check(
            [job.output, job.motionOutput, job.preview].compactMap { $0 })
        if job.driving != nil { try context.model.check(job.target.transfer) }
        // Before all frames are looked at, and before a preview is written beside a result that is not.
        for output in [job.output, job.motionOutput].compactMap({ $0 }) {
            try StagedOutput.refuseExisting(output, overwrite: job.overwrite)
        }
        let planning = CropPlanning(context)
        let source = try planning.source(), drivingPlan = try planning.driving(source)
        try CropPreview(context, source, driving: drivingPlan).write()
        let layout = try ResultLayout(
            context, source.plan, pastes: source.pastes, sourceWidth: source.width, sourceHeight: source.height)
        (context.report.size, context.report.width, context.report.height) = (min(layout.width, layout.height), layout.width, layout.height)
        var still = try encodedStill(source, layout)
        if var found = still {
            found.mouths = try speakingMouths(of: found, layout)
            // What paints a mouth that speaks has no use for one that was painted before.
            if !found.mouths.isEmpty { found.portraits = found.portraits.map(\.unrefined) }
            still = found
        }
        let driving = try openDriving(still)
        context.situation.isSourceMoving = still == nil
        var feed = FrameFeed(
            context, own: still == nil ? (try openOwn(), source.plan) : nil, driving: driving, plan: drivingPlan, always: !layout.pastes)
        try animate(&feed, source.plan, drivingPlan, still, layout, driving: driving?.reader)
        context.report.close()
        return context.report
    }

    // MARK: Opening

    /// Encodes the faces of a source picture once; nil for a source of frames.
    private func encodedStill(_ source: CropPlanning.Source, _ layout: ResultLayout) throws -> StillSource? {
        guard let picture = source.still else { return nil }
        let cuts = source.plan.cut(picture, frame: 0).compactMap { $0 }, fit = source.plan.fit, faces = job.faces
        let portraits = try context.report.timing(\.encode) {
            try cuts.map { cut in try context.inTurn { try self.context.model.encode(cut, fit, side: layout.side(of: cut), faces: faces) } }
        }
        return StillSource(picture: picture, portraits: portraits, squares: source.plan.tracks.map { $0.square(0) })
    }

    /// The frames of a source of frames.
    private func openOwn() throws -> DrivingFrames {
        DrivingFrames(.video(try FrameReader(job.source.path)), range: job.driving == nil ? job.frames : .all)
    }

    /// Opens the driving video or motion file, and says what is to be expected of it.
    ///
    /// - Parameter still: the source's portraits, where it is one picture.
    private func openDriving(_ still: StillSource?) throws -> DrivingClock? {
        if let speech = try job.speech.map({ try spoken($0, by: still) }) {
            context.report.notes += [speech.note].compactMap { $0 }
            let range = job.frames
            return try DrivingClock(loops: false) { DrivingFrames(.speech(SpokenReader(speech)), range: range) }
        }
        guard let path = job.driving else { return nil }
        let reader = try DrivingInput(path, for: context.model)
        if case .motion(let motion) = reader { try check(motion) }
        let isOneFrame = reader.isStill || job.frames.first == job.frames.last
        context.situation.isDrivingStill = isOneFrame
        if isOneFrame, job.target.transfer.mode == .relative, job.reference == .first,
            try job.target.transfer.isOfAnimals || !context.model.videoDriven.isMovedByOnePicture
        {
            context.report.warnings.append(
                "\(path): one frame has no change since itself, so relative transfer leaves the source's pose as it is; pass "
                    + "--mode absolute to take on the frame's pose")
        }
        return try drivingClock(path, opened: reader)
    }

    /// What paints the mouths of a source that speaks; none where a face is not found, and the mouth moves along the model's directions.
    private func speakingMouths(of still: StillSource, _ layout: ResultLayout) throws -> [SpeakingMouth] {
        guard job.speech != nil, let model = job.mouthModel else { return [] }
        let network = try model.audioDriven
        if job.insistsOnMouthModel { _ = try job.faces.required() }
        guard case .finder(let finder) = job.faces else { return [] }
        let mouths = try context.report.timing(\.faces) {
            try still.portraits.enumerated().map { index, portrait in
                try context.inTurn {
                    guard layout.pastes else {
                        return SpeakingMouth(network, still: layout.square(portrait.picture(portrait.motion)), near: nil, finder: finder)
                    }
                    let square = still.squares[index]
                    return SpeakingMouth(
                        network, still: layout.trimmed(still.picture), near: SIMD2(square.x, square.y), finder: finder)
                }
            }
        }
        guard mouths.allSatisfy({ $0 != nil }) else {
            if job.insistsOnMouthModel {
                throw FileError(
                    .input, job.source.path,
                    "no whole face is found for \(model.name) to paint; choose another picture, or another way to speak")
            }
            context.report.notes.append(
                "\(job.source.path): no whole face is found for \(model.name) to paint: the mouth moves along the directions of "
                    + context.model.name)
            return []
        }
        return mouths.compactMap { $0 }
    }

    /// A speech as a portrait's own mouth opens for it and its own eyes blink, where faces can be found.
    private func spoken(_ speech: SpokenMotion, by still: StillSource?) throws -> SpokenMotion {
        let isPainted = still.map { !$0.mouths.isEmpty } ?? false
        if !isPainted, speech.mouth == nil {
            throw FileError(
                .input, job.source.path,
                "no face is found whose mouth could be painted, and \(context.model.name) has no direction that opens it; choose another picture"
            )
        }
        let speech = isPainted ? speech.withoutMouth : speech
        guard let portraits = still?.portraits, portraits.count == 1, case .finder(let finder) = job.faces else { return speech }
        let controls = context.model.network.controls.count
        return speech.following(SpeakingResponse(of: portraits[0], in: speech, controls: controls, finder: finder))
    }

    /// - Parameter opened: the input, where it is open already.
    private func drivingClock(_ path: String, opened reader: DrivingInput? = nil) throws -> DrivingClock {
        let range = job.frames, model = context.model
        var opened = reader
        return try DrivingClock(loops: job.loops) {
            defer { opened = nil }
            return DrivingFrames(try opened ?? DrivingInput(path, for: model), range: range)
        }
    }

    /// A motion file must be of this model.
    private func check(_ motion: MotionReader) throws {
        let count = context.model.network.motionCount
        guard motion.header.directions == count else {
            throw FileError(
                .input, motion.path,
                "expected motion along \(count) directions, as model \(context.model.name) has them, found "
                    + "\(motion.header.directions); encode the video again with this model")
        }
        let isOneModels = try context.model.videoDriven.isDrivenAlongControls
        if isOneModels, !motion.header.model.isEmpty, motion.header.model != context.model.name {
            context.report.warnings.append(
                "\(motion.path): was encoded by model \(motion.header.model), whose directions are not those of \(context.model.name)")
        }
    }

    /// The sound of the side that gives the times; of a source of frames that has none, the driving video's.
    private func audio(_ timing: DrivingInput, driving: DrivingInput?, from start: Double) -> AudioSource? {
        guard job.keepsAudio else { return nil }
        if let own = timing.audio(from: start) { return own }
        guard let driving, case .frames = job.source else { return nil }
        return driving.audio(from: 0)
    }

    // MARK: Computing

    /// What smooths the motion of a moving source as a whole; nil where nothing does.
    private func clipSmoothing(_ plan: CropPlan, _ drivingPlan: CropPlan?, isStill: Bool, always: Bool) throws -> ClipSmoothing? {
        guard !isStill, let path = job.driving,
            try context.model.videoDriven.smoothsClips(job.target.transfer, context.situation)
        else { return nil }
        return ClipSmoothing(context, fit: plan.fit) { [self] in
            FrameFeed(context, own: (try openOwn(), plan), driving: try drivingClock(path), plan: drivingPlan, always: always)
        }
    }

    private func animate(
        _ feed: inout FrameFeed, _ plan: CropPlan, _ drivingPlan: CropPlan?, _ still: StillSource?, _ layout: ResultLayout,
        driving: DrivingInput?
    ) throws {
        let timing = feed.timing, total = feed.total, first = try firstFrame(&feed)
        var audio = audio(timing, driving: driving, from: feed.startSeconds)
        if let speech = job.speech, let whole = audio {
            // Compressed sound would last longer than the last frame.
            let frames = min(job.frames.last ?? .max, speech.amounts.count) - job.frames.first + 1
            audio = AudioSource(
                path: whole.path, start: whole.start, end: whole.start + Double(frames) / speech.rate.value, origin: whole.origin)
        }
        audio?.endsWithVideo = job.frames.last != nil || job.driving != nil && still == nil
        let writer = try ResultWriter(context, layout, still: still, timing: timing, audio: audio, waiting: Self.waitingFrames)
        defer { writer.abandon() }
        if job.speech != nil, audio != nil, try !VideoWriter.carriesAudio(job.output) {
            context.report.notes.append("\(job.output): pictures and GIFs hold no sound; .mp4, .mov, .mkv and .webm do")
        }
        let ahead = readAhead(feed, from: first)
        defer { ahead.stop() }
        let smoothing = try clipSmoothing(plan, drivingPlan, isStill: still != nil, always: !layout.pastes)
        let moments = MomentEncoder(
            context, ahead, still: still, layout, fit: plan.fit, tick: timing.timeBase.value, waiting: Self.waitingFrames,
            smoothsDriving: smoothing == nil)
        try compute(
            moments, ReferenceSearch(context, driving: drivingPlan, source: plan), smoothing, isStill: still != nil, total: total, writer)
        try writer.finish()
        context.report.seconds.decode += ahead.seconds
        context.report.jitter = moments.jitter
        let timingPath = still == nil ? job.source.path : job.driving ?? job.source.path
        if let warning = timing.warning { context.report.warnings.append("\(timingPath): \(warning)") }
        if still == nil, let path = job.driving, let warning = driving?.warning { context.report.warnings.append("\(path): \(warning)") }
        if let warning = writer.warning { context.report.warnings.append("\(job.output): \(warning)") }
    }

    /// The first frame of the range.
    private func firstFrame(_ feed: inout FrameFeed) throws -> FrameInput {
        if let first = try context.report.timing(\.decode, { try feed.next() }) { return first }
        throw FileError(
            .input, job.driving ?? job.speech?.path ?? job.source.path, "has no frames \(job.frames): it has \(feed.seen) frames")
    }

    /// Frames read and cut on a thread of their own.
    private func readAhead(_ feed: FrameFeed, from first: FrameInput) -> ReadAhead<FrameInput> {
        var pending: FrameInput? = first, feed = feed
        return ReadAhead(capacity: Self.waitingFrames) {
            defer { pending = nil }
            return try pending ?? feed.next()
        }
    }

    /// Encodes, generates and writes until the input ends.
    private func compute(
        _ moments: MomentEncoder, _ search: ReferenceSearch, _ smoothing: ClipSmoothing?, isStill: Bool, total: Int?,
        _ writer: ResultWriter
    ) throws {
        if context.isRelative, job.reference == .best, isStill {
            return try computeInTwoPasses(moments, search, total: total, writer)
        }
        search.noteFirstFrame()
        var references = try search.known() ?? []
        while case let next = try moments.next(), !next.isEmpty {
            if context.isRelative, job.reference == .best, references.isEmpty {
                references = try search.nearestAhead(to: next[0].portraits)
            } else if context.isRelative {
                fill(&references, next)
            }
            try smoothing?.run(references: references)
            try writer.write(next[...], references: references, smooth: smoothing, total: total)
        }
    }

    /// The first motion of each driving face is its reference, where no other is known.
    private func fill(_ references: inout [Tensor?], _ moments: [Moment]) {
        for moment in moments {
            if references.isEmpty { context.report.referenceFrame = job.frames.first }
            if references.count < moment.driving.count {
                references += Array(repeating: nil, count: moment.driving.count - references.count)
            }
            for (index, motion) in moment.driving.enumerated() where references[index] == nil { references[index] = motion }
        }
    }

    /// The motion of every frame is remembered, a few bytes each, until the nearest is known.
    private func computeInTwoPasses(_ encoder: MomentEncoder, _ search: ReferenceSearch, total: Int?, _ writer: ResultWriter) throws {
        var moments: [Moment] = []
        while case let more = try encoder.next(), !more.isEmpty {
            moments += more
            try context.progress(.init(stage: .encoding, done: moments.count, total: total))
        }
        let references = try search.nearest(moments.map(\.driving), to: moments[0].portraits)
        for first in stride(from: 0, to: moments.count, by: encoder.atOnce) {
            try writer.write(
                moments[first..<min(first + encoder.atOnce, moments.count)], references: references, total: moments.count)
        }
    }
}
