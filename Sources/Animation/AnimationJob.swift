import Files
import Foundation
import Media
import Networks
import Operators
import Tensors

/// From a source picture and a driving video to an animated video.
public struct AnimationJob: Sendable {
    /// Path of the source picture.
    public var source: String
    /// Path of the driving video, GIF, folder of pictures, single picture, or motion file.
    public var driving: String
    /// Path of the result; its extension chooses the format, and a final "/" makes a folder of PNG frames.
    public var output: String
    public var mode = TransferMode.relative
    /// Where relative transfer starts from.
    public var reference = ReferenceFrame.first
    /// Scales the motion that is added to the source's own.
    public var strength: Float = 1
    /// Added to the portrait's magnitudes in every frame, direction 1 first; empty for none. In relative transfer this is the
    /// edited source, animated; in absolute transfer, which takes nothing from the source's own pose, the edit is added to the
    /// driving one. The best reference frame is then the one nearest the edited pose.
    public var edit: [Float] = []
    /// The directions, 1…M, along which the driving motion is transferred; all where nil. Along the others the portrait keeps its
    /// own magnitude, edited, in both modes.
    public var transferred: Set<Int>?
    /// Which driving frames are animated.
    public var frames = FrameRange.all
    /// How source and driving pictures are fitted to the network's square.
    public var fit = Fit.crop
    /// Side of the result in pixels; when absent the network's own, or with the source's detail the source's, at most 512.
    public var outputSize: Int?
    /// Whether the driving video's sound is kept.
    public var keepsAudio = true
    /// Whether an existing result may be replaced.
    public var overwrite = false
    /// What the file's metadata calls the model.
    public var modelName: String

    public init(source: String, driving: String, output: String, modelName: String) {
        (self.source, self.driving, self.output, self.modelName) = (source, driving, output, modelName)
    }

    /// How far a run is.
    public struct Progress: Sendable {
        public enum Stage: String, Sendable {
            /// Motion is encoded ahead, to choose the reference frame.
            case encoding
            case animating
        }
        public let stage: Stage
        /// Frames done.
        public let done: Int
        /// Frames in all, as far as the container says.
        public let total: Int?
    }

    /// Runs the whole job. Memory does not grow with the length of the video, but for a few bytes a frame with
    /// `reference` best.
    ///
    /// - Throws: `FileError`: input that cannot be read or has no such frames; output that cannot be written. What `progress`
    ///   throws: no output appears then.
    public func run(
        on network: some PortraitNetwork, progress: (Progress) throws -> Void = { _ in }
    ) throws -> AnimationReport {
        try InputProtection.check(output, inputs: [source, driving])
        var report = AnimationReport(output: output, model: modelName, mode: mode)
        let picture = try report.timing(\.decode) { try Picture.read(source) }
        let size = outputSize ?? network.usualSide(width: picture.width, height: picture.height, fit)
        report.size = size
        let encoded = report.timing(\.encode) { network.encode(source: picture, fit, side: size) }
        let own = network.motion(of: encoded)

        let reader = try DrivingInput(driving)
        if case .motion(let motion) = reader {
            guard motion.header.directions == own.count else {
                throw FileError(
                    .input, driving,
                    "expected motion along \(own.count) directions, as model \(modelName) has them, found "
                        + "\(motion.header.directions); encode the video again with this model")
            }
            if !motion.header.model.isEmpty, motion.header.model != modelName {
                report.warnings.append(
                    "\(driving): was encoded by model \(motion.header.model), whose directions are not those of \(modelName)")
            }
        }
        if reader.isStill || self.frames.first == self.frames.last, mode == .relative, reference == .first {
            report.warnings.append(
                "\(driving): one frame has no change since itself, so relative transfer leaves the source's pose as it is; pass "
                    + "--mode absolute to take on the frame's pose")
        }
        var frames = DrivingFrames(reader, range: frames)
        let total = frames.total
        guard let first = try report.timing(\.decode, { try frames.next() }) else {
            throw FileError(.input, driving, "has no frames \(self.frames): it has \(frames.seen) frames")
        }
        // The output's place is checked before the work, not after it.
        let writer = try VideoWriter(
            path: output, width: size, height: size, frameRate: reader.frameRate,
            timeBase: reader.timeBase, audio: audio(of: reader, from: frames.startSeconds),
            metadata: metadata, overwrite: overwrite)

        // Frames are read and fitted ahead of the networks, and written behind them.
        let side = network.size
        var pending: DrivingFrames.Frame? = first
        let input = ReadAhead<DrivingFrames.Frame>(capacity: Self.waitingFrames) {
            guard var frame = try pending ?? frames.next() else { return nil }
            pending = nil
            if case .picture(let picture) = frame.content {
                frame.content = .picture(picture.fitted(toSquare: side, fit))
            }
            return frame
        }
        defer { input.stop() }
        let output = WriteBehind(capacity: Self.waitingFrames)
        defer { output.abandon() }

        /// A driving frame's motion and when it is shown.
        typealias Moment = (motion: Tensor, time: Int64, duration: Int64)
        // Each thread takes a frame of its own, and waits for no other, where the loops are too short for several threads, or where
        // two frames' memory is not too much. The first frame of a large network has all threads, so as to be there soon.
        let isSmall = side <= Self.smallSide
        let atOnce = OperatorProfile.current == nil && (isSmall || Parallel.width <= 2) ? min(Parallel.width, Self.waitingFrames) : 1
        var wanted = isSmall ? atOnce : 1
        func nextMoments() throws -> [Moment] {
            var frames: [DrivingFrames.Frame] = []
            defer { wanted = atOnce }
            while frames.count < wanted, let frame = try input.next() { frames.append(frame) }
            let motions = report.timing(\.encode) { Parallel.workers(frames.count) { encode(frames[$0].content) } }
            return zip(frames, motions).map { ($1, $0.time, $0.duration) }
        }
        func encode(_ content: DrivingInput.Content) -> Tensor {
            switch content {
            case .motion(let motion): return motion
            case .picture(let picture): return network.encode(driving: Tensor(picture))
            }
        }
        func write(_ moments: ArraySlice<Moment>, reference: Tensor, of total: Int?) throws {
            let targets = moments.map {
                changed(network.transfer(mode, driving: $0.motion, reference: reference, source: own, strength: strength), own: own)
            }
            let generated = report.timing(\.generate) {
                Parallel.workers(targets.count) { network.generate(encoded, motion: targets[$0]) }
            }
            for (moment, frame) in zip(moments, generated) {
                try output.add {
                    var picture = Picture(frame)
                    if size != picture.width { picture = picture.resized(width: size, height: size) }
                    try writer.write(picture, time: moment.time, duration: moment.duration)
                }
                report.frames += 1
                try progress(Progress(stage: .animating, done: report.frames, total: total))
            }
        }

        if mode == .relative, reference == .best {
            // Two passes: the motion of every frame is kept, a few bytes each, until the nearest is known.
            var moments = [Moment]()
            while case let more = try nextMoments(), !more.isEmpty {
                moments += more
                try progress(Progress(stage: .encoding, done: moments.count, total: total))
            }
            let pose = changed(own, own: own)
            let distances = moments.map { network.distance($0.motion, pose) }
            let best = distances.indices.min { distances[$0] < distances[$1] }!
            report.referenceFrame = self.frames.first + best
            for first in stride(from: 0, to: moments.count, by: atOnce) {
                try write(
                    moments[first..<min(first + atOnce, moments.count)], reference: moments[best].motion, of: moments.count)
            }
        } else {
            // Absolute transfer has no reference frame.
            var anchor: Tensor? = mode == .absolute ? own : nil
            if mode == .relative, case .number(let number) = reference {
                var search = DrivingFrames(try DrivingInput(driving), range: FrameRange(first: number, last: number))
                guard let frame = try report.timing(\.decode, { try search.next() }) else {
                    throw FileError(
                        .input, driving, "has no frame \(number) for --reference: it has \(search.seen) frames")
                }
                var content = frame.content
                if case .picture(let picture) = content { content = .picture(picture.fitted(toSquare: side, fit)) }
                anchor = report.timing(\.encode) { encode(content) }
                report.referenceFrame = number
            }
            while case let moments = try nextMoments(), !moments.isEmpty {
                if anchor == nil {
                    anchor = moments[0].motion
                    report.referenceFrame = self.frames.first
                }
                try write(moments[...], reference: anchor!, of: total)
            }
        }
        try output.finish()
        try report.timing(\.write) { try writer.finish() }
        report.seconds.decode += input.seconds
        report.seconds.write += output.seconds
        for warning in [reader.warning, writer.warning].compactMap({ $0 }) { report.warnings.append("\(driving): \(warning)") }
        report.close()
        return report
    }

    /// Frames that wait before the networks, and after them, at most.
    private static let waitingFrames = 4

    /// The largest side of a network, in pixels, whose loops are too short for several threads.
    private static let smallSide = 128

    /// The edit, and the source's own magnitudes along directions that are not transferred.
    private func changed(_ target: Tensor, own: Tensor) -> Tensor {
        Self.changed(target, own: own, edit: edit, transferred: transferred)
    }

    /// A frame's transferred magnitudes, changed by hand.
    ///
    /// - Parameters:
    ///   - target: (1, M), what the driving motion asks for.
    ///   - own: (1, M), the source's own.
    ///   - edit: is added, direction 1 first; empty for nothing.
    ///   - transferred: the directions, 1…M, that take the target; the others keep the source's own. Nil for all.
    public static func changed(_ target: Tensor, own: Tensor, edit: [Float], transferred: Set<Int>?) -> Tensor {
        guard !edit.isEmpty || transferred != nil else { return target }
        precondition(edit.isEmpty || edit.count == target.count, "an edit has a value for every direction")
        let (values, kept) = (target.values, own.values)
        return Tensor(
            values.indices.map {
                (transferred?.contains($0 + 1) ?? true ? values[$0] : kept[$0]) + (edit.isEmpty ? 0 : edit[$0])
            }, target.shape)
    }

    /// The sound that belongs to the range of frames.
    private func audio(of reader: DrivingInput, from start: Double) -> AudioSource? {
        guard keepsAudio, var audio = reader.audio(from: start) else { return nil }
        audio.endsWithVideo = frames.last != nil
        return audio
    }

    private var metadata: MediaMetadata { MediaMetadata(synthetic: "a portrait animated", model: modelName) }
}
