import Files
import Foundation
import Media
import Networks
import Tensors

/// From a source picture and a driving video to an animated video.
public struct AnimationJob: Sendable {
    /// Path of the source picture.
    public var source: String
    /// Path of the driving video, GIF, folder of pictures or single picture.
    public var driving: String
    /// Path of the result; its extension chooses the format, and a final "/" makes a folder of PNG frames.
    public var output: String
    public var mode = TransferMode.relative
    /// Where relative transfer starts from.
    public var reference = ReferenceFrame.first
    /// Scales the motion that is added to the source's own.
    public var strength: Float = 1
    /// Which driving frames are animated.
    public var frames = FrameRange.all
    /// How source and driving pictures are fitted to the network's square.
    public var fit = Fit.crop
    /// Side of the result in pixels; the network's own when absent.
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
    /// - Throws: `FileError`: input that cannot be read or has no such frames; output that cannot be written.
    public func run(
        on network: some PortraitNetwork, progress: (Progress) -> Void = { _ in }
    ) throws -> AnimationReport {
        var report = AnimationReport(job: self, size: outputSize ?? network.size)
        let picture = try report.timing(\.decode) { try Picture.read(source) }
        let fitted = picture.fitted(toSquare: network.size, fit)
        let encoded = report.timing(\.encode) { network.encode(source: Tensor(fitted)) }
        let own = network.motion(of: encoded)

        let reader = try FrameReader(driving)
        if reader.isStill && mode == .relative && reference == .first {
            report.warnings.append(
                "\(driving) is one picture, so relative transfer has no change to add and leaves the source's pose as it is; "
                    + "pass --mode absolute to take on the picture's pose")
        }
        var frames = DrivingFrames(reader, range: frames)
        let writer = try VideoWriter(
            path: output, width: report.size, height: report.size, frameRate: reader.frameRate,
            timeBase: reader.timeBase, audio: try audio(of: reader), metadata: metadata(network.size),
            overwrite: overwrite)

        // Motion that is known before the first frame is generated: of the reference, or of every frame.
        var known: [DrivingFrames.Moment]? = nil
        var anchor: Tensor? = mode == .absolute ? own : nil
        func encode(_ frame: VideoFrame) -> Tensor {
            report.timing(\.encode) { network.encode(driving: Tensor(frame.picture.fitted(toSquare: network.size, fit))) }
        }
        if mode == .relative, reference == .best {
            var moments = [DrivingFrames.Moment]()
            while let frame = try report.timing(\.decode, { try frames.next() }) {
                moments.append(.init(time: frame.time, duration: frame.duration, motion: encode(frame)))
                progress(Progress(stage: .encoding, done: moments.count, total: frames.total))
            }
            let best = moments.indices.min { network.distance(moments[$0].motion, own) < network.distance(moments[$1].motion, own) }
            anchor = best.map { moments[$0].motion }
            report.referenceFrame = best.map { $0 + self.frames.first }
            known = moments
        } else if mode == .relative, case .number(let number) = reference {
            var search = DrivingFrames(try FrameReader(driving), range: FrameRange(first: number, last: number))
            guard let frame = try report.timing(\.decode, { try search.next() }) else {
                throw FileError(
                    .input, driving, "has no frame \(number) for --reference: it has \(search.seen) frames")
            }
            anchor = encode(frame)
            report.referenceFrame = number
        }

        func write(_ motion: Tensor, time: Int64, duration: Int64) throws {
            if anchor == nil {
                anchor = motion
                report.referenceFrame = self.frames.first
            }
            let target = network.transfer(mode, driving: motion, reference: anchor!, source: own, strength: strength)
            let generated = report.timing(\.generate) { network.generate(encoded, motion: target) }
            try report.timing(\.write) {
                var picture = Picture(generated)
                if report.size != network.size { picture = picture.resized(width: report.size, height: report.size) }
                try writer.write(picture, time: time, duration: duration)
            }
            report.frames += 1
            progress(Progress(stage: .animating, done: report.frames, total: known?.count ?? frames.total))
        }
        if let known {
            for moment in known { try write(moment.motion, time: moment.time, duration: moment.duration) }
        } else {
            while let frame = try report.timing(\.decode, { try frames.next() }) {
                try write(encode(frame), time: frame.time, duration: frame.duration)
            }
        }
        guard report.frames > 0 else {
            throw FileError(
                .input, driving, "has no frames \(self.frames): it has \(frames.seen) frames")
        }
        try report.timing(\.write) { try writer.finish() }
        if let warning = reader.warning { report.warnings.append("\(driving): \(warning)") }
        report.close()
        return report
    }

    private func audio(of reader: FrameReader) throws -> AudioSource? {
        guard keepsAudio, reader.hasAudio else { return nil }
        return reader.audio()
    }

    private func metadata(_ size: Int) -> MediaMetadata {
        MediaMetadata(
            title: "Synthetic portrait animation",
            comment: "This picture is synthetic: a portrait animated by lia (Latent Image Animator), model \(modelName).")
    }
}
