import Files
import Foundation
import Media
import Networks
import Tensors

/// From a picture or video to a motion file: each frame's magnitudes and latent code, with its time.
public struct EncodingJob: Sendable {
    /// Path of the picture, video, GIF, folder of pictures, or file of motion of the model's family.
    public var input: String
    /// Path of the motion file.
    public var output: String
    /// Which frames are encoded.
    public var frames = FrameRange.all
    /// What finds faces, where the crop needs them.
    public var faces = FaceSupply.none
    /// How pictures become the network's squares; of several faces the first is encoded.
    public var crop = CropSettings()
    /// Whether the latent codes are written too, where the family has them. They say what the person looks like; magnitudes do not.
    public var keepsCodes = true
    /// Whether an existing result may be replaced.
    public var overwrite = false

    public init(input: String, output: String) { (self.input, self.output) = (input, output) }

    /// Runs the whole job; memory does not grow with the length of the video.
    ///
    /// - Parameter progress: told how far the run is.
    /// - Throws: `FileError`: input that cannot be read or has no such frames; output that cannot be written.
    public func run(
        on model: PortraitModel, progress: (AnimationJob.Progress) throws -> Void = { _ in }
    ) throws -> AnimationReport {
        let network = try model.videoDriven
        try InputProtection([input] + model.files).check([output])
        try StagedOutput.refuseExisting(output, overwrite: overwrite)
        guard !MotionReader.isMotion(input) else {
            throw FileError(.input, input, "expected a picture or video, found JSON; a motion file needs no encoding")
        }
        var report = AnimationReport(output: output, model: model.name, size: network.inputSize)
        let reader = try DrivingInput(input, for: model), plan = try plan(reader, model, &report, progress)
        var frames = DrivingFrames(reader, range: frames), held: FrameReading?
        // Frames before the face is first seen, which take the motion of that one, as if nothing had moved.
        var waiting: [(time: Int64, duration: Int64)] = []
        let writer = try MotionWriter(
            path: output,
            header: MotionHeader(
                model: model.name, directions: network.motionCount, frameRate: reader.frameRate,
                timeBase: reader.timeBase, width: reader.width ?? 0, height: reader.height ?? 0),
            overwrite: overwrite)
        while let frame = try report.timing(\.decode, { try frames.next() }) {
            let faces = faces
            waiting.append((frame.time, frame.duration))
            switch frame.content {
            case .motion(let motion): held = FrameReading(motion: motion, appearance: nil)
            case .picture(let picture):
                // Where the face is not seen, the motion before is held.
                guard let plan, let cut = plan.cut(picture, frame: frames.taken - 1, side: model.readSide)[0] else { break }
                held = try report.timing(\.encode) { try model.read(cut, plan.fit, faces: faces) }
            }
            guard let held else { continue }
            try report.timing(\.write) {
                for frame in waiting {
                    try writer.write(
                        MotionFrame(magnitudes: held.motion, time: frame.time, duration: frame.duration),
                        code: keepsCodes ? held.appearance : nil)
                }
            }
            report.frames += waiting.count
            waiting.removeAll()
            try progress(.init(stage: .encoding, done: report.frames, total: frames.total))
        }
        guard report.frames > 0 else {
            throw FileError(.input, input, frames.emptiness)
        }
        try report.timing(\.write) { try writer.finish() }
        if let warning = reader.warning { report.warnings.append("\(input): \(warning)") }
        report.close()
        return report
    }

    /// How the pictures are cropped; nil for motion, which has none.
    private func plan(
        _ reader: DrivingInput, _ model: PortraitModel, _ report: inout AnimationReport, _ progress: (AnimationJob.Progress) throws -> Void
    ) throws -> CropPlan? {
        guard let width = reader.width, let height = reader.height else { return nil }
        let (input, range) = (input, frames)
        var planner = CropPlanner(crop, faces, path: input)
        planner.frame(model.network.framing, \.driving, smoothing: 0)
        let plan = try report.timing(\.faces) {
            try planner.plan(
                width: width, height: height, open: { DrivingFrames(try DrivingInput(input, for: model), range: range) },
                progress: { try progress(.init(stage: .finding, done: $0, total: $1)) })
        }
        (report.notes, report.source) = (planner.notes + plan.missing(path: input, held: true), plan.report)
        return plan
    }
}
