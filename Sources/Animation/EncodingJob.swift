import Files
import Foundation
import Media
import Networks
import Tensors

/// From a picture or video to a motion file: each frame's magnitudes and latent code, with its time.
public struct EncodingJob: Sendable {
    /// Path of the picture, video, GIF or folder of pictures.
    public var input: String
    /// Path of the motion file.
    public var output: String
    /// Which frames are encoded.
    public var frames = FrameRange.all
    /// How pictures are fitted to the network's square.
    public var fit = Fit.crop
    /// Whether the latent codes are written too, where the family has them. They say what the person looks like; magnitudes do not.
    public var keepsCodes = true
    /// Whether an existing result may be replaced.
    public var overwrite = false

    public init(input: String, output: String) { (self.input, self.output) = (input, output) }

    /// Runs the whole job; memory does not grow with the length of the video.
    ///
    /// - Parameter progress: told how many frames are done, of how many as far as the container says.
    /// - Throws: `FileError`: input that cannot be read or has no such frames; output that cannot be written.
    public func run(on model: PortraitModel, progress: (_ done: Int, _ total: Int?) -> Void = { _, _ in }) throws -> AnimationReport {
        let network = try model.videoDriven
        try InputProtection([input] + model.files).check([output])
        guard !MotionReader.isMotion(input) else {
            throw FileError(.input, input, "expected a picture or video, found JSON; a motion file needs no encoding")
        }
        var report = AnimationReport(output: output, model: model.name, size: network.inputSize)
        let reader = try FrameReader(input)
        var frames = DrivingFrames(.video(reader), range: frames)
        let writer = try MotionWriter(
            path: output,
            header: MotionHeader(
                model: model.name, directions: network.motionCount, frameRate: reader.frameRate,
                timeBase: reader.timeBase, width: reader.width, height: reader.height),
            overwrite: overwrite)
        while let frame = try report.timing(\.decode, { try frames.next() }) {
            guard case .picture(let picture) = frame.content else { continue }
            let reading = try report.timing(\.encode) { try network.read(model.input(picture, fit)) }
            try report.timing(\.write) {
                try writer.write(
                    MotionFrame(magnitudes: reading.motion, time: frame.time, duration: frame.duration),
                    code: keepsCodes ? reading.appearance : nil)
            }
            report.frames += 1
            progress(report.frames, frames.total)
        }
        guard report.frames > 0 else {
            throw FileError(.input, input, "has no frames \(self.frames): it has \(frames.seen) frames")
        }
        try report.timing(\.write) { try writer.finish() }
        if let warning = reader.warning { report.warnings.append("\(input): \(warning)") }
        report.close()
        return report
    }
}
