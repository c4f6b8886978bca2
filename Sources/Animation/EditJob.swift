import Files
import Foundation
import Media
import Networks
import Tensors

/// From a picture or video of a person to the same with edited magnitudes: every frame is encoded as a source, keeps its own
/// motion, and gets the edit added to it.
public struct EditJob: Sendable {
    /// Path of the picture, video, GIF or folder of pictures.
    public var source: String
    /// Path of the result; its extension chooses the format, and a final "/" makes a folder of PNG frames.
    public var output: String
    /// Added to the magnitudes of every frame: M values, direction 1 first.
    public var edit: [Float]
    /// Path of a motion file to write the edited magnitudes to; none where nil.
    public var motionOutput: String?
    /// Which frames are edited and written.
    public var frames = FrameRange.all
    /// How pictures are fitted to the network's square.
    public var fit = Fit.crop
    /// Side of the result in pixels; the network's own when absent.
    public var outputSize: Int?
    /// Whether the source's sound is kept.
    public var keepsAudio = true
    /// Whether existing results may be replaced.
    public var overwrite = false
    /// What the file's metadata calls the model.
    public var modelName: String

    public init(source: String, output: String, edit: [Float], modelName: String) {
        (self.source, self.output, self.edit, self.modelName) = (source, output, edit, modelName)
    }

    /// Runs the whole job; memory does not grow with the length of the video.
    ///
    /// - Parameter progress: told how many frames are done, of how many as far as the container says.
    /// - Throws: `FileError`: input that cannot be read or has no such frames; output that cannot be written.
    /// - Precondition: `edit` has a value for every direction.
    public func run(
        on network: some PortraitNetwork, progress: (_ done: Int, _ total: Int?) -> Void = { _, _ in }
    ) throws -> AnimationReport {
        for place in [output, motionOutput].compactMap({ $0 }) { try InputProtection.check(place, inputs: [source]) }
        let reader = try FrameReader(source)
        let size = outputSize ?? network.usualSide(width: reader.width, height: reader.height, fit)
        var report = AnimationReport(output: output, model: modelName, size: size)
        var frames = DrivingFrames(.video(reader), range: frames)
        var upcoming = try report.timing(\.decode) { try frames.next() }
        guard upcoming != nil else {
            throw FileError(.input, source, "has no frames \(self.frames): it has \(frames.seen) frames")
        }
        var audio = keepsAudio ? reader.audio(from: frames.startSeconds) : nil
        audio?.endsWithVideo = self.frames.last != nil
        let writer = try VideoWriter(
            path: output, width: size, height: size, frameRate: reader.frameRate, timeBase: reader.timeBase, audio: audio,
            metadata: MediaMetadata(synthetic: "a portrait edited", model: modelName), overwrite: overwrite)
        let motion = try motionOutput.map {
            try MotionWriter(
                path: $0,
                header: MotionHeader(
                    model: modelName, directions: edit.count, frameRate: reader.frameRate, timeBase: reader.timeBase,
                    width: reader.width, height: reader.height),
                overwrite: overwrite)
        }
        while let frame = upcoming {
            guard case .picture(let picture) = frame.content else { break }
            let encoded = report.timing(\.encode) { network.encode(source: picture, fit, side: size) }
            let own = network.motion(of: encoded)
            precondition(own.count == edit.count, "an edit has a value for every direction")
            let target = Tensor(zip(own.values, edit).map { $0 + $1 }, own.shape)
            let generated = report.timing(\.generate) { network.generate(encoded, motion: target) }
            try report.timing(\.write) {
                var picture = Picture(generated)
                if size != picture.width { picture = picture.resized(width: size, height: size) }
                try writer.write(picture, time: frame.time, duration: frame.duration)
                try motion?.write(MotionFrame(magnitudes: target, time: frame.time, duration: frame.duration))
            }
            report.frames += 1
            progress(report.frames, frames.total)
            upcoming = try report.timing(\.decode) { try frames.next() }
        }
        try report.timing(\.write) {
            try writer.finish()
            try motion?.finish()
        }
        for warning in [reader.warning, writer.warning].compactMap({ $0 }) { report.warnings.append("\(source): \(warning)") }
        report.close()
        return report
    }
}
