import Faces
import Files
import Media
import Networks
import Operators
import Tensors

/// A `DubbingJob` under way: the source is looked through, crops and references are chosen, and then frame after frame is read ahead of the
/// network, painted, and written behind it.
final class DubbingRun {
    /// Frames that wait before a network, and after it, at most.
    static let waitingFrames = 4

    private let job: DubbingJob
    private let model: PortraitModel
    private let progress: (AnimationJob.Progress) throws -> Void
    private var report: AnimationReport

    init(_ job: DubbingJob, _ model: PortraitModel, progress: @escaping (AnimationJob.Progress) throws -> Void) {
        (self.job, self.model, self.progress) = (job, model, progress)
        report = AnimationReport(output: job.output, model: model.name)
    }

    func run() throws -> AnimationReport {
        let network = try model.audioDriven
        precondition(
            job.features.shape.count == 2 && job.features.shape[1] == network.soundValues && job.features.shape[0] > 0,
            "features \(job.features.shape)")
        try InputProtection([job.source] + [job.landmarks, job.audio].compactMap { $0 } + model.files).check([job.output])
        let reader = try FrameReader(job.source)
        let writer = try writer(reader)
        let source = try report.timing(\.faces) { try lookedThrough(reader) }
        note(source, reader)
        if let size = job.mouthSize, let own = network as? DINet, own.statesMouthSize, own.mouthSize != size {
            report.warnings.append(
                "\(model.name) says that it paints mouths of \(own.mouthSize) px, and is used for \(size); leave --mouth-size out unless the "
                    + "model is mistaken")
        }
        var mouth = MouthPicture(layout: MouthLayout(side: job.mouthSize ?? network.mouthSize))
        let crops = try crops(of: source), (face, detail) = try prepared(source, network, &mouth)
        try paint(source, crops, face, detail, network, mouth, writer)
        report.close()
        return report
    }

    // MARK: Opening

    /// The result, as large as the source but for a last odd row or column, which films cannot have.
    private func writer(_ reader: FrameReader) throws -> VideoWriter {
        let rate = Rational(DubbingJob.framesPerSecond, 1), step = try VideoWriter.carriesAudio(job.output) ? 2 : 1
        if let audio = job.audio, try !AudioSource.holdsSound(audio) {
            throw FileError(.input, audio, "holds no sound; name the recording of the speech")
        }
        // Compressed sound has an encoder's lead-in before its beginning, and ends with the last frame.
        let seconds = Double(job.features.shape[0]) / Double(DubbingJob.framesPerSecond)
        let audio = try job.audio.map { AudioSource(path: $0, end: seconds, origin: try SoundReader.origin(of: $0)) }
        let (width, height) = (reader.width / step * step, reader.height / step * step)
        (report.size, report.width, report.height) = (min(width, height), width, height)
        return try VideoWriter(
            path: job.output, width: width, height: height, frameRate: rate, timeBase: rate.inverse, audio: audio,
            metadata: MediaMetadata(synthetic: "a mouth dubbed", model: model.name), overwrite: job.overwrite)
    }

    private func lookedThrough(_ reader: FrameReader) throws -> DubbedSource {
        func show(_ done: Int, _ total: Int?) throws {
            try progress(.init(stage: job.landmarks == nil ? .finding : .reading, done: done, total: total))
        }
        return
            try job.landmarks.map { try DubbedSource(job.source, reader, landmarks: $0, progress: show) }
            ?? DubbedSource(job.source, reader, finder: job.supply.required(), job.face, progress: show)
    }

    /// Says what of the source is not shown as it is.
    private func note(_ source: DubbedSource, _ reader: FrameReader) {
        if let warning = reader.warning { report.warnings.append("\(job.source): \(warning)") }
        if source.sequence.count != source.count {
            report.notes.append(
                "\(job.source): \(source.count) frames at \(reader.frameRate) a second are shown as \(source.sequence.count) at "
                    + "\(DubbingJob.framesPerSecond)")
        }
    }

    // MARK: Planning

    /// Of every frame of the result the crop; nil where it stays as it is.
    private func crops(of source: DubbedSource) throws -> [MouthCrop?] {
        let total = job.features.shape[0]
        let crops = try (0..<total).map { place in
            try source.crop(
                source.frame(at: place), window: (place - 2...place + 2).map { source.frame(at: min(max($0, 0), total - 1)) })
        }
        let left = crops.count { $0 == nil }
        if left == total {
            throw FileError(
                .input, job.source, "in no frame is there a whole face with room around it; choose a video with more room around the face")
        }
        if left > 0 {
            report.notes.append(
                "\(job.source): no whole face with room around it in \(left) of \(total) frames, which stay as they are")
        }
        return crops
    }

    /// The reference frames, read by the network, and what is finer in the first.
    private func prepared(
        _ source: DubbedSource, _ network: any AudioDriven, _ mouth: inout MouthPicture
    ) throws -> (any DubbedFace, ReferenceDetail?) {
        let frames = try references(source, network.referenceCount)
        report.references = frames.map { $0 + 1 }
        let pictures = try report.timing(\.decode) { try BackAndForth.pictures(of: job.source, Set(frames)) }
        // What moves a reference is of the program's own kind; the authors' networks read colors as they are.
        if network.movesReference {
            mouth.tone = SkinTone(of: pictures[frames[0]]!, source.outlines[frames[0]]!, try source.referenceCrop(frames[0])!)
        }
        return try report.timing(\.encode) {
            let shut = ShutMouth(network: network, mouth: mouth)
            let isOpen = job.references == nil && shut.isNeeded(source.outlines.compactMap { $0 })
            var painted: [Int: Picture] = [:]
            let read = try frames.enumerated().map { index, frame in
                var picture = try checked(pictures[frame]!, frame, source)
                let crop = try source.referenceCrop(frame)!
                if isOpen, index > 0 {
                    painted[frame] = painted[frame] ?? shut.painted(picture, crop, source.outlines[frame]!)
                    picture = painted[frame]!
                }
                return mouth.read(picture, crop)
            }
            let face = network.prepare(references: Concatenation.forward(read))
            guard job.detail, network.movesReference else { return (face, nil) }
            return (face, mouth.detail(pictures[frames[0]]!, try source.referenceCrop(frames[0])!, read: read[0]))
        }
    }

    /// Numbers from 0.
    private func references(_ source: DubbedSource, _ count: Int) throws -> [Int] {
        guard let wanted = job.references else {
            // A photo is all that is known of the person.
            if source.count == 1, try source.referenceCrop(0) != nil { return Array(repeating: 0, count: count) }
            guard source.count >= count else {
                throw FileError(
                    .input, job.source,
                    "has \(Self.counted(source.count)), and the network reads \(count) of them as references; "
                        + "choose a longer video, or say by --references which to read more than once")
            }
            let faces = try source.outlines.enumerated().map { try source.referenceCrop($0) == nil ? nil : $1 }
            guard let chosen = ReferenceChoice.choose(faces, count: count) else {
                throw FileError(
                    .input, job.source,
                    "has fewer than \(count) frames with a whole face and room around it, which the network reads as references")
            }
            report.notes.append(
                "references: frames \(chosen.map { String($0 + 1) }.joined(separator: ",")) of \(job.source); --references chooses others")
            return chosen
        }
        guard wanted.count == count else {
            throw FileError(
                .input, job.source, "expected \(count) reference frames, as the network reads them, found \(wanted.count) (--references)")
        }
        for number in wanted {
            guard (1...source.count).contains(number) else {
                throw FileError(.input, job.source, "has no frame \(number) for a reference: it has \(Self.counted(source.count))")
            }
            guard try source.referenceCrop(number - 1) != nil else {
                throw FileError(.input, job.source, "frame \(number) shows no whole face with room around it; choose another reference")
            }
        }
        return wanted.map { $0 - 1 }
    }

    private static func counted(_ frames: Int) -> String { "\(frames) \(frames == 1 ? "frame" : "frames")" }

    /// - Throws: `FileError` (input) for a frame of another size than the first.
    private func checked(_ picture: Picture, _ frame: Int, _ source: DubbedSource) throws -> Picture {
        guard picture.width == source.width, picture.height == source.height else {
            throw FileError(
                .input, job.source,
                "frame \(frame + 1) has \(picture.width)×\(picture.height) pixels, and the first \(source.width)×\(source.height); dubbing "
                    + "wants frames of one size")
        }
        return picture
    }

    // MARK: Painting

    private func paint(
        _ source: DubbedSource, _ crops: [MouthCrop?], _ face: any DubbedFace, _ detail: ReferenceDetail?, _ network: any AudioDriven,
        _ mouth: MouthPicture, _ writer: VideoWriter
    ) throws {
        let frames = BackAndForth(job.source, sequence: source.sequence, width: source.width, height: source.height)
        let ahead = ReadAhead(capacity: Self.waitingFrames) { try frames.next() }, behind = WriteBehind(capacity: Self.waitingFrames)
        defer {
            ahead.stop()
            behind.abandon()
        }
        let width = model.framesAtOnce
        for first in stride(from: 0, to: crops.count, by: width) {
            let places = first..<min(first + width, crops.count)
            let pictures = try places.map { try checked(try ahead.next()!, source.frame(at: $0), source) }
            let painted = report.timing(\.generate) {
                Parallel.workers(places.count, threads: width) { [job] index in
                    var picture = pictures[index]
                    let place = places.lowerBound + index
                    if let crop = crops[place], let outline = source.outlines[source.frame(at: place)] {
                        mouth.paint(
                            face, sound: MouthPicture.rows(of: job.features, around: place, count: network.soundRows), detail,
                            into: &picture, crop, outline, job.blend)
                    }
                    return picture.part(left: 0, top: 0, width: writer.width, height: writer.height)
                }
            }
            for (place, picture) in zip(places, painted) {
                try behind.add { try writer.write(picture, time: Int64(place), duration: 1) }
            }
            try progress(.init(stage: .dubbing, done: places.upperBound, total: crops.count))
        }
        try behind.finish()
        try report.timing(\.write) { try writer.finish() }
        report.seconds.decode += ahead.seconds
        report.seconds.write += behind.seconds
        report.frames = writer.frameCount
        if let warning = writer.warning { report.warnings.append("\(job.output): \(warning)") }
    }
}
