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
    /// Whether the latent codes are written too. They say what the person looks like; magnitudes do not.
    public var keepsCodes = true
    /// Whether an existing result may be replaced.
    public var overwrite = false
    /// What the file calls the model.
    public var modelName: String

    public init(input: String, output: String, modelName: String) {
        (self.input, self.output, self.modelName) = (input, output, modelName)
    }

    /// Runs the whole job; memory does not grow with the length of the video.
    ///
    /// - Parameter progress: told how many frames are done, of how many as far as the container says.
    /// - Throws: `FileError`: input that cannot be read or has no such frames; output that cannot be written.
    public func run(on network: LIA, progress: (_ done: Int, _ total: Int?) -> Void = { _, _ in }) throws -> AnimationReport {
        try InputProtection.check(output, inputs: [input])
        guard !MotionReader.isMotion(input) else {
            throw FileError(.input, input, "expected a picture or video, found JSON; a motion file needs no encoding")
        }
        var report = AnimationReport(output: output, model: modelName, size: network.size)
        let reader = try FrameReader(input)
        var frames = DrivingFrames(.video(reader), range: frames)
        let writer = try MotionWriter(
            path: output,
            header: MotionHeader(
                model: modelName, directions: network.configuration.directions, frameRate: reader.frameRate,
                timeBase: reader.timeBase, width: reader.width, height: reader.height),
            overwrite: overwrite)
        while let frame = try report.timing(\.decode, { try frames.next() }) {
            guard case .picture(let picture) = frame.content else { continue }
            let (code, magnitudes) = report.timing(\.encode) {
                let code = network.encoder.code(Tensor(picture.fitted(toSquare: network.size, fit)))
                return (code, network.encoder.magnitudes(code))
            }
            try report.timing(\.write) {
                try writer.write(
                    MotionFrame(magnitudes: magnitudes, time: frame.time, duration: frame.duration), code: keepsCodes ? code : nil)
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
