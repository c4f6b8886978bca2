import Faces
import Files
import Media

/// Finds the faces of a picture, or follows those of a video, and draws them.
public struct FaceJob: Sendable {
    /// A picture, video, GIF, or folder of pictures.
    public var input: String
    /// The input with its faces marked; nil for none.
    public var output: String?
    /// Whether small faces are looked for part by part even where large ones were found.
    public var small = false
    public var overwrite = false

    public init(input: String, output: String? = nil) { (self.input, self.output) = (input, output) }

    /// - Parameter progress: is told frames done, and in all where that is known.
    /// - Returns: the faces, none where there are none; then no output is written.
    /// - Throws: `FileError`.
    public func run(on finder: FaceFinder, progress: (_ done: Int, _ total: Int?) -> Void = { _, _ in }) throws -> FaceReport {
        if let output { try InputProtection([input]).check([output]) }
        let reader = try FrameReader(input)
        return try reader.isStill ? still(reader, finder) : video(reader, finder, progress)
    }

    private func still(_ reader: FrameReader, _ finder: FaceFinder) throws -> FaceReport {
        guard let frame = try reader.next() else { throw FileError(.input, input, "holds no picture") }
        let faces = finder.faces(in: frame.picture, small: small)
        if let output, !faces.isEmpty {
            let writer = try writer(output, frame.picture, reader)
            try writer.write(marked(faces, frame.picture, writer), time: 0, duration: frame.duration)
            try writer.finish()
        }
        return FaceReport(
            width: frame.picture.width, height: frame.picture.height, isStill: true,
            frames: [FaceReport.Frame(time: 0, faces: faces)])
    }

    private func video(_ reader: FrameReader, _ finder: FaceFinder, _ progress: (Int, Int?) -> Void) throws -> FaceReport {
        let tracker = FaceTracker(finder)
        var writer: VideoWriter?, frames: [FaceReport.Frame] = [], found = 0
        while let frame = try reader.next() {
            let faces = tracker.next(frame.picture)
            found += faces.count
            frames.append(FaceReport.Frame(time: Double(frame.time) * reader.timeBase.value, faces: faces))
            if let output {
                let target = try writer ?? self.writer(output, frame.picture, reader)
                writer = target
                try target.write(marked(faces, frame.picture, target), time: frame.time, duration: frame.duration)
            }
            progress(frames.count, reader.frameCount)
        }
        if found > 0 { try writer?.finish() }
        var report = FaceReport(width: reader.width, height: reader.height, isStill: false, frames: frames)
        if let warning = reader.warning { report.warnings.append("\(input): \(warning)") }
        if let output, let warning = writer?.warning { report.warnings.append("\(output): \(warning)") }
        return report
    }

    /// Videos have even sides.
    private func writer(_ path: String, _ picture: Picture, _ reader: FrameReader) throws -> VideoWriter {
        let step = try VideoWriter.carriesAudio(path) ? 2 : 1
        return try VideoWriter(
            path: path, width: picture.width / step * step, height: picture.height / step * step, frameRate: reader.frameRate,
            timeBase: reader.timeBase, audio: reader.audio(), overwrite: overwrite)
    }

    private func marked(_ faces: [Face], _ picture: Picture, _ writer: VideoWriter) -> Picture {
        let marked = FaceMarks.draw(faces, on: picture)
        return marked.width == writer.width && marked.height == writer.height
            ? marked : marked.resized(width: writer.width, height: writer.height)
    }
}
