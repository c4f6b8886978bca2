import Files
import Media
import Networks
import Operators
import Tensors

/// An `AnimationJob` under way: frames are read and fitted ahead of the network, computed some at a time, and written behind it.
final class AnimationRun {
    /// Frames that wait before the network, and after it, at most.
    private static let waitingFrames = 4
    /// The largest side of a network, in pixels, whose loops are too short for several threads.
    private static let smallSide = 128

    /// What a frame of the result is made from.
    private struct Input {
        /// The source's own frame; nil where one portrait serves all.
        var picture: Picture?
        /// The driving frame; nil where nothing drives.
        var driving: DrivingInput.Content?
        let time, duration: Int64
    }

    /// A frame of the result, encoded.
    private struct Moment {
        let portrait: any EncodedPortrait
        /// (1, V) of the driving frame.
        let driving: Tensor?
        let time, duration: Int64
    }

    private let job: AnimationJob
    private let model: PortraitModel
    private let turn: AnimationJob.Turn
    private let progress: (AnimationJob.Progress) throws -> Void
    private var report: AnimationReport
    /// The source as a picture, encoded once; nil for a source of frames.
    private var portrait: (any EncodedPortrait)?
    /// Side of the result, in pixels.
    private var size = 0

    init(
        _ job: AnimationJob, _ model: PortraitModel, turn: @escaping AnimationJob.Turn,
        progress: @escaping (AnimationJob.Progress) throws -> Void
    ) {
        (self.job, self.model, self.turn, self.progress) = (job, model, turn, progress)
        report = AnimationReport(
            output: job.output, model: model.name, mode: job.driving == nil ? nil : job.target.transfer.mode)
    }

    func run() throws -> AnimationReport {
        try InputProtection(job.inputs + model.files).check([job.output, job.motionOutput].compactMap { $0 })
        var own = try openSource()
        var driving = try openDriving()
        // What decides times, sound and rate.
        let timing = (driving ?? own)!
        let (total, first) = try firstFrame(&driving, &own)
        let writers = try openWriters(timing, from: (driving ?? own)!.startSeconds)

        let input = readAhead(from: first, driving: driving, own: own)
        defer { input.stop() }
        let output = WriteBehind(capacity: Self.waitingFrames)
        defer { output.abandon() }
        try animate(input, total: total, writers: writers, behind: output)

        try output.finish()
        try report.timing(\.write) { try writers.finish() }
        report.frames = writers.video.frameCount
        report.seconds.decode += input.seconds
        report.seconds.write += output.seconds
        if let warning = timing.reader.warning { report.warnings.append("\(job.driving ?? job.source.path): \(warning)") }
        if let warning = writers.video.warning { report.warnings.append("\(job.output): \(warning)") }
        report.close()
        return report
    }

    // MARK: Opening

    /// Encodes a source picture once, or opens a source of frames.
    ///
    /// - Returns: the source's frames; nil where the one portrait serves all.
    private func openSource() throws -> DrivingFrames? {
        switch job.source {
        case .picture(let path):
            var remarks: [String] = []
            let picture = try report.timing(\.decode) { try Picture.read(path) { remarks.append("\(path): \($0)") } }
            report.warnings += remarks
            setSize(width: picture.width, height: picture.height)
            portrait = try report.timing(\.encode) { try inTurn { try self.model.encode(picture, self.job.fit, side: self.size) } }
            return nil
        case .frames(let path):
            let reader = try FrameReader(path)
            setSize(width: reader.width, height: reader.height)
            return DrivingFrames(.video(reader), range: job.driving == nil ? job.frames : .all)
        }
    }

    private func setSize(width: Int, height: Int) {
        size = job.outputSize ?? model.defaultSide(width: width, height: height, job.fit)
        report.size = size
    }

    /// Opens the driving video or motion file, and says what is to be expected of it.
    private func openDriving() throws -> DrivingFrames? {
        guard let path = job.driving else { return nil }
        _ = try model.videoDriven
        let reader = try DrivingInput(path)
        if case .motion(let motion) = reader { try check(motion) }
        let isOneFrame = reader.isStill || job.frames.first == job.frames.last
        if isOneFrame, job.target.transfer.mode == .relative, job.reference == .first {
            report.warnings.append(
                "\(path): one frame has no change since itself, so relative transfer leaves the source's pose as it is; pass "
                    + "--mode absolute to take on the frame's pose")
        }
        return DrivingFrames(reader, range: job.frames)
    }

    /// A motion file must be of this model.
    private func check(_ motion: MotionReader) throws {
        let count = model.network.motionCount
        guard motion.header.directions == count else {
            throw FileError(
                .input, motion.path,
                "expected motion along \(count) directions, as model \(model.name) has them, found "
                    + "\(motion.header.directions); encode the video again with this model")
        }
        if !motion.header.model.isEmpty, motion.header.model != model.name {
            report.warnings.append(
                "\(motion.path): was encoded by model \(motion.header.model), whose directions are not those of \(model.name)")
        }
    }

    /// The first frame of the range, and how many there are as far as the containers say.
    private func firstFrame(_ driving: inout DrivingFrames?, _ own: inout DrivingFrames?) throws -> (total: Int?, first: Input) {
        let total = [driving?.total, own?.total].compactMap { $0 }.min()
        if let first = try report.timing(\.decode, { try Self.next(&driving, &own) }) { return (total, first) }
        let seen = (driving ?? own)!.seen
        throw FileError(.input, job.driving ?? job.source.path, "has no frames \(job.frames): it has \(seen) frames")
    }

    /// The next frame's input; nil where either side ends.
    private static func next(_ driving: inout DrivingFrames?, _ own: inout DrivingFrames?) throws -> Input? {
        let driven = try driving?.next(), source = try own?.next()
        if driving != nil && driven == nil || own != nil && source == nil { return nil }
        guard let clock = driven ?? source else { return nil }
        var picture: Picture?
        if case .picture(let own)? = source?.content { picture = own }
        return Input(picture: picture, driving: driven?.content, time: clock.time, duration: clock.duration)
    }

    // MARK: Writing

    private struct Writers {
        let video: VideoWriter
        let motion: MotionWriter?

        func finish() throws {
            try video.finish()
            try motion?.finish()
        }
    }

    /// The results' places are checked before the work, not after it.
    private func openWriters(_ timing: DrivingFrames, from start: Double) throws -> Writers {
        let reader = timing.reader
        var audio = job.keepsAudio ? reader.audio(from: start) : nil
        audio?.endsWithVideo = job.frames.last != nil
        let video = try VideoWriter(
            path: job.output, width: size, height: size, frameRate: reader.frameRate, timeBase: reader.timeBase, audio: audio,
            metadata: job.metadata(model), overwrite: job.overwrite)
        let motion = try job.motionOutput.map {
            try MotionWriter(
                path: $0,
                header: MotionHeader(
                    model: model.name, directions: model.network.motionCount, frameRate: reader.frameRate,
                    timeBase: reader.timeBase, width: reader.width ?? size, height: reader.height ?? size),
                overwrite: job.overwrite)
        }
        return Writers(video: video, motion: motion)
    }

    /// Generates frames, and hands them over to be written.
    private func write(
        _ moments: ArraySlice<Moment>, reference: Tensor?, total: Int?, _ writers: Writers, behind output: WriteBehind
    ) throws {
        let targets = try moments.map { moment in
            guard let driving = moment.driving else { return job.target.still(moment.portrait) }
            return job.target.moved(
                moment.portrait, driving: driving, reference: reference ?? moment.portrait.motion, on: try model.videoDriven)
        }
        let generated = try report.timing(\.generate) {
            try workers(moments.count) { moments[moments.startIndex + $0].portrait.picture(targets[$0]) }
        }
        let size = size
        for (place, moment) in moments.enumerated() {
            let (picture, motion) = (generated[place], targets[place])
            try output.add {
                var picture = Picture(picture)
                if size != picture.width { picture = picture.resized(width: size, height: size) }
                try writers.video.write(picture, time: moment.time, duration: moment.duration)
                try writers.motion?.write(MotionFrame(magnitudes: motion, time: moment.time, duration: moment.duration))
            }
            report.frames += 1
            try progress(.init(stage: job.driving == nil ? .editing : .animating, done: report.frames, total: total))
        }
    }

    // MARK: Computing

    /// Frames read and fitted on a thread of their own.
    private func readAhead(from first: Input, driving: DrivingFrames?, own: DrivingFrames?) -> ReadAhead<Input> {
        let side = model.network.inputSize, fit = job.fit
        var pending: Input? = first, driving = driving, own = own
        return ReadAhead(capacity: Self.waitingFrames) {
            guard var input = try pending ?? Self.next(&driving, &own) else { return nil }
            pending = nil
            if case .picture(let picture)? = input.driving { input.driving = .picture(picture.fitted(toSquare: side, fit)) }
            return input
        }
    }

    /// Reads and encodes until the input ends.
    private func animate(_ input: ReadAhead<Input>, total: Int?, writers: Writers, behind output: WriteBehind) throws {
        // Each thread takes a frame of its own, and waits for no other, where the loops are too short for several threads, or where
        // two frames' memory is not too much. The first frame of a large network has all threads, so as to be there soon.
        let isSmall = model.network.inputSize <= Self.smallSide
        let sharesThreads = OperatorProfile.current == nil && (isSmall || Parallel.width <= 2)
        let atOnce = sharesThreads ? min(Parallel.width, Self.waitingFrames) : 1
        var count = isSmall ? atOnce : 1
        func nextMoments() throws -> [Moment] {
            defer { count = atOnce }
            return try encode(input, count: count)
        }
        let isRelative = job.driving != nil && job.target.transfer.mode == .relative
        if isRelative, job.reference == .best, portrait != nil {
            // Two passes: the motion of every frame is remembered, a few bytes each, until the nearest is known.
            var moments = [Moment]()
            while case let more = try nextMoments(), !more.isEmpty {
                moments += more
                try progress(.init(stage: .encoding, done: moments.count, total: total))
            }
            let reference = try nearest(moments.map { $0.driving! }, to: moments[0].portrait)
            for first in stride(from: 0, to: moments.count, by: atOnce) {
                try write(
                    moments[first..<min(first + atOnce, moments.count)], reference: reference, total: moments.count, writers,
                    behind: output)
            }
            return
        }
        var reference = try numberedReference()
        while case let moments = try nextMoments(), !moments.isEmpty {
            if isRelative, reference == nil {
                reference = job.reference == .best ? try nearestAhead(to: moments[0].portrait) : moments[0].driving
                if job.reference == .first { report.referenceFrame = job.frames.first }
            }
            try write(moments[...], reference: reference, total: total, writers, behind: output)
        }
    }

    /// The driving motion that is nearest the portrait's own; the report names its frame.
    private func nearest(_ motions: [Tensor], to portrait: any EncodedPortrait) throws -> Tensor {
        let best = job.target.bestReference(motions, portrait, on: try model.videoDriven)
        report.referenceFrame = job.frames.first + best
        return motions[best]
    }

    /// Reads the driving side once before the frames are made: with a source of frames no portrait can stay in memory until then.
    private func nearestAhead(to portrait: any EncodedPortrait) throws -> Tensor {
        var frames = DrivingFrames(try DrivingInput(job.driving!), range: job.frames)
        var motions: [Tensor] = []
        while let frame = try report.timing(\.decode, { try frames.next() }) {
            motions.append(try motion(of: frame.content))
            try progress(.init(stage: .encoding, done: motions.count, total: frames.total))
        }
        return try nearest(motions, to: portrait)
    }

    /// The motion of the frame that `reference` names by number; nil where it names none.
    private func numberedReference() throws -> Tensor? {
        guard let path = job.driving, job.target.transfer.mode == .relative, case .number(let number) = job.reference else { return nil }
        var search = DrivingFrames(try DrivingInput(path), range: FrameRange(first: number, last: number))
        guard let frame = try report.timing(\.decode, { try search.next() }) else {
            throw FileError(.input, path, "has no frame \(number) for --reference: it has \(search.seen) frames")
        }
        report.referenceFrame = number
        return try motion(of: frame.content)
    }

    /// The motion of a driving frame of any size.
    private func motion(of content: DrivingInput.Content) throws -> Tensor {
        switch content {
        case .motion(let motion): return motion
        case .picture(let picture):
            let network = try model.videoDriven, input = model.input(picture, job.fit)
            return try report.timing(\.encode) { try inTurn { try network.motion(of: input) } }
        }
    }

    /// The next frames, encoded at the same time.
    private func encode(_ input: ReadAhead<Input>, count: Int) throws -> [Moment] {
        var inputs: [Input] = []
        while inputs.count < count, let next = try input.next() { inputs.append(next) }
        guard !inputs.isEmpty else { return [] }
        return try report.timing(\.encode) { try workers(inputs.count) { try self.encode(inputs[$0]) } }
    }

    private func encode(_ input: Input) throws -> Moment {
        let portrait = try input.picture.map { try model.encode($0, job.fit, side: size) } ?? self.portrait!
        var driving: Tensor?
        switch input.driving {
        case .motion(let motion): driving = motion
        case .picture(let picture): driving = try model.videoDriven.motion(of: Tensor(picture))
        case nil: break
        }
        return Moment(portrait: portrait, driving: driving, time: input.time, duration: input.duration)
    }

    /// Does `count` pieces of the network's work at the same time, when their turn comes.
    private func workers<Value>(_ count: Int, _ work: @escaping (Int) throws -> Value) throws -> [Value] {
        try inTurn { try Parallel.workers(count) { index in Result { try work(index) } }.map { try $0.get() } }
    }

    private func inTurn<Value>(_ work: @escaping () throws -> Value) throws -> Value {
        nonisolated(unsafe) var result: Result<Value, Error>?
        try turn { result = Result { try work() } }
        return try result!.get()
    }
}
