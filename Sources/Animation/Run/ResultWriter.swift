import Faces
import Files
import Media
import Networks
import Tensors

/// Generates the frames of encoded moments, pastes them back where that is wanted, and hands them over to be written.
final class ResultWriter {
    private let context: AnimationContext
    private let layout: ResultLayout
    private let still: StillSource?
    private let video: VideoWriter
    private let motion: MotionWriter?
    private let output: WriteBehind
    /// Frames whose levels are spread at the end; nil where they are written as they come.
    private let spread: LevelSpread?
    /// The still source's picture, as large as the result, and its squares' places; nil where nothing is pasted into it.
    private let canvas: Picture?
    private let pasting: [Pasting]
    /// The last motion of each driving face, for frames in which it is not seen.
    private var held: [Tensor?] = []
    /// The first motion of each face of a moving source.
    private var starts: [Tensor?] = []
    /// The last motion of the result, for frames in which no face of the source is seen.
    private var lastTarget: Tensor?

    /// The results' places are checked before the work, not after it.
    ///
    /// - Parameters:
    ///   - timing: what decides times and rate.
    ///   - audio: the sound; nil for none.
    init(
        _ context: AnimationContext, _ layout: ResultLayout, still: StillSource?, timing: DrivingInput, audio: AudioSource?, waiting: Int
    ) throws {
        (self.context, self.layout, self.still) = (context, layout, still)
        let job = context.job, model = context.model
        video = try VideoWriter(
            path: job.output, width: layout.width, height: layout.height, frameRate: timing.frameRate, timeBase: timing.timeBase,
            audio: audio, metadata: job.metadata(model), overwrite: job.overwrite)
        motion = try job.motionOutput.map {
            try MotionWriter(
                path: $0,
                header: MotionHeader(
                    model: model.name, directions: model.network.motionCount, frameRate: timing.frameRate,
                    timeBase: timing.timeBase, width: timing.width ?? layout.width, height: timing.height ?? layout.height),
                overwrite: job.overwrite)
        }
        spread = try job.spreadsLevels ? LevelSpread(output: job.output, side: layout.width) : nil
        canvas = layout.pastes ? still.map { layout.trimmed($0.picture) } : nil
        pasting = canvas == nil ? [] : still!.squares.map { Pasting($0, width: layout.width, height: layout.height, warps: layout.warps) }
        output = WriteBehind(capacity: waiting)
    }

    /// Of the result, known from the beginning.
    var warning: String? { video.warning }

    /// - Parameters:
    ///   - references: (1, V) for each driving face; nil for those of which none is known.
    ///   - smooth: the driving motions of a moving source's clip, smoothed; nil where each moment's own serves.
    ///   - total: frames in all, as far as is known.
    func write(_ moments: ArraySlice<Moment>, references: [Tensor?], smooth: ClipSmoothing? = nil, total: Int?) throws {
        var work: [(portrait: any EncodedPortrait, target: Tensor)] = [], places: [[Int?]] = []
        for moment in moments {
            let targets = try targets(of: moment, references: references, smooth: smooth)
            places.append(
                targets.enumerated().map { index, target in
                    guard let target, let portrait = moment.portraits[index] else { return nil }
                    work.append((portrait, target))
                    return work.count - 1
                })
        }
        let generated = try context.report.timing(\.generate) {
            try context.workers(work.count) { work[$0].portrait.picture(work[$0].target) }
        }
        let patches = places.map { $0.map { $0.map { generated[$0] } } }, spoken = try spoken(Array(moments), patches)
        for (index, (moment, place)) in zip(moments, places).enumerated() {
            let (patches, spoken) = (patches[index], spoken[index])
            if let first = place.first, let number = first { lastTarget = work[number].target }
            let target = lastTarget
            try output.add { [self] in
                if let spread {
                    try spread.add(patches[0]!, time: moment.time, duration: moment.duration)
                } else {
                    try video.write(spoken ?? composed(moment, patches), time: moment.time, duration: moment.duration)
                }
                if let target {
                    try motion?.write(MotionFrame(magnitudes: target, time: moment.time, duration: moment.duration))
                }
            }
            context.report.frames += 1
            try context.progress(
                .init(stage: context.job.isMoved ? .animating : .editing, done: context.report.frames, total: total))
        }
    }

    /// The motion that each face of the source takes on; nil for one that is not seen, or that no driving face moves.
    private func targets(of moment: Moment, references: [Tensor?], smooth: ClipSmoothing?) throws -> [Tensor?] {
        let job = context.job
        if held.count < moment.driving.count { held += Array(repeating: nil, count: moment.driving.count - held.count) }
        for (index, motion) in moment.driving.enumerated() { held[index] = motion ?? held[index] }
        return try moment.portraits.enumerated().map { index, portrait in
            guard let portrait else { return nil }
            guard !moment.driving.isEmpty else { return job.target.still(portrait) }
            guard let driver = Moment.driver(of: index, among: moment.driving.count) else { return nil }
            // Before a driving face is first seen nothing moves.
            guard let driving = held[driver] else { return job.target.still(portrait) }
            guard job.speech == nil else { return job.target.still(portrait, adding: driving.values) }
            let reference = references.indices.contains(driver) ? references[driver] : nil
            let network = try context.model.videoDriven
            if let problem = network.problem(of: job.target.transfer, driving: driving) {
                throw FileError(.input, job.driving!, "frame \(moment.number + job.frames.first) \(problem)")
            }
            if moment.number == 0, let problem = network.problem(of: job.target.transfer, portrait: portrait) {
                throw FileError(.input, job.source.path, problem)
            }
            var target = job.target
            target.transfer.situation = context.situation
            if context.situation.isSourceMoving {
                while starts.count <= index { starts.append(nil) }
                starts[index] = starts[index] ?? portrait.motion
                target.transfer.situation.sourceStart = starts[index]
            }
            return target.moved(
                portrait, driving: smooth?.driving(of: index, in: moment.number) ?? driving, reference: reference ?? driving, on: network)
        }
    }

    /// The frames of the result whose mouths are painted; nil where none are.
    private func spoken(_ moments: [Moment], _ patches: [[Tensor?]]) throws -> [Picture?] {
        guard let still, !still.mouths.isEmpty, let speech = context.job.speech else { return moments.map { _ in nil } }
        let first = context.job.frames.first - 1
        return try context.report.timing(\.generate) {
            try context.workers(moments.count) { [self] index in
                var picture = composed(moments[index], patches[index])
                for mouth in still.mouths { mouth.paint(&picture, rows: speech.mouths, frame: moments[index].number + first) }
                return picture
            }
        }
    }

    /// The frame of the result.
    private func composed(_ moment: Moment, _ patches: [Tensor?]) -> Picture {
        guard layout.pastes else {
            return layout.square(patches[0]!)
        }
        if var picture = canvas {
            for (index, patch) in patches.enumerated() { if let patch { pasting[index].paste(Picture(patch), onto: &picture) } }
            return picture
        }
        var picture = moment.own!.picture
        for (index, patch) in patches.enumerated() {
            guard let patch else { continue }
            Pasting(moment.own!.squares[index], width: picture.width, height: picture.height, warps: layout.warps)
                .paste(Picture(patch), onto: &picture)
        }
        return layout.trimmed(picture)
    }

    /// Writes what waits, and puts the results in their places.
    func finish() throws {
        try output.finish()
        try context.report.timing(\.write) {
            try spread?.readBack { try video.write($0, time: $1, duration: $2) }
            try video.finish()
            try motion?.finish()
        }
        context.report.seconds.write += output.seconds
        context.report.frames = video.frameCount
    }

    /// Gives up what is not finished.
    func abandon() { output.abandon() }
}
