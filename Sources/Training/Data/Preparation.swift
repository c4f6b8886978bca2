import Dispatch
import Faces
import Files
import Foundation
import Media

/// Makes a data set of a folder of videos, GIFs, numbered pictures and photos. Frames stream: no video is held whole.
///
/// A video or GIF of several frames is a clip. So are three or more pictures of one size in one folder whose names differ only
/// in a number. Every other picture is a photo: a clip of one frame.
public struct Preparation: Sendable {
    /// What happens while it runs.
    public enum Event: Sendable {
        /// This many files or runs of pictures of so many are done.
        case progress(done: Int, total: Int)
        /// A file is no picture and no video.
        case passedOver(PreparationReport.Remark)
        /// A file or clip was left out.
        case skipped(PreparationReport.Remark)
        /// A clip could not be read wholly; what could is in the data set.
        case damaged(PreparationReport.Remark)
    }

    /// The folder to read, with all folders in it.
    public var folder: String
    /// The data set to write.
    public var output: String
    /// The side of every frame, in pixels.
    public var size: Int
    /// How frames that are not square become so.
    public var fit: Fit = .crop
    /// What finds the faces that clips are cropped around, in one square for each shot; nil for whole frames.
    public var finder: FaceFinder?
    /// At most so many frames of each second, chosen by their times; nil for all. Numbered pictures, which state no
    /// times, count as 25 a second.
    public var framesPerSecond: Double? = 12.5
    /// No clip gets more frames than this: its first; nil sets no limit.
    public var maxFramesPerClip: Int?
    /// Clips of fewer frames are left out; photos are not.
    public var minFrames = 2
    /// True where numbered pictures become clips; else every picture is a photo.
    public var groupsPictures = true
    /// True where an existing output may be replaced.
    public var overwrite = false

    /// The rate of numbered pictures.
    static let rateOfPictures = 25.0

    public init(folder: String, output: String, size: Int = 128) {
        (self.folder, self.output, self.size) = (folder, output, size)
    }

    /// Reads the folder and writes the data set.
    ///
    /// - Throws: `FileError`: (input) when the folder cannot be read or holds nothing usable; (output) when the data set
    ///   cannot be written. Nothing is left behind then.
    public func run(_ event: (Event) -> Void = { _ in }) throws -> PreparationReport {
        let started = DispatchTime.now().uptimeNanoseconds
        try InputProtection([], trees: [folder]).check([output])
        let media = try MediaFolder(folder, groupsPictures: groupsPictures)
        let writer = try DatasetWriter(path: output, size: size, overwrite: overwrite)
        var report = PreparationReport(output: output, size: size)
        func skip(_ file: String, _ reason: String) {
            report.skipped.append(.init(file: file, reason: reason))
            event(.skipped(report.skipped.last!))
        }
        func passOver(_ path: String) {
            report.passedOver += 1
            report.passedOverFiles.append(path)
            event(.passedOver(.init(file: path, reason: "no picture or video")))
        }
        media.passedOver.forEach(passOver)
        for (path, reason) in media.unreadable { skip(path, reason) }
        for (index, item) in media.items.enumerated() {
            event(.progress(done: index, total: media.items.count))
            switch try add(item, to: writer, skip: skip) {
            case .added(let warning):
                guard let warning else { break }
                report.warnings.append(.init(file: item.paths[0], reason: warning))
                event(.damaged(report.warnings.last!))
            case .noMedia: passOver(item.paths[0])
            case .leftOut: break
            }
        }
        event(.progress(done: media.items.count, total: media.items.count))
        guard writer.frameCount > 0 else {
            throw FileError(
                .input, folder,
                report.skipped.isEmpty
                    ? "holds no videos, GIFs or pictures; name the folder that does"
                    : "holds nothing usable: all of its \(report.skipped.count) files or clips were skipped")
        }
        let (clips, bytes) = try writer.finish()
        report.photos = clips.filter { $0.kind == .photo }.count
        report.clips = clips.count - report.photos
        report.identities = Set(clips.map(\.identity)).count
        report.frames = writer.frameCount
        report.bytes = bytes
        report.seconds = Double(DispatchTime.now().uptimeNanoseconds - started) * 1e-9
        return report
    }

    enum Outcome {
        /// In the data set; what was wrong all the same.
        case added(warning: String?)
        case noMedia
        case leftOut
    }

    private func add(_ item: MediaItem, to writer: DatasetWriter, skip: (String, String) -> Void) throws -> Outcome {
        if let finder { return try addFaces(item, finder, to: writer, skip: skip) }
        if item.isRun { return try addRun(item, to: writer, skip: skip) }
        do {
            let reader = try FrameReader(item.paths[0], threads: ProcessInfo.processInfo.activeProcessorCount)
            return try addFrames(of: reader, as: item, to: writer, skip: skip)
        } catch let error as FileError where error.side == .input && !error.isOfTheMachine {
            if writer.isInClip { writer.abandon() }
            guard item.claimsToBeMedia else { return .noMedia }
            skip(error.path, error.problem)
            return .leftOut
        }
    }

    private func addFrames(
        of reader: FrameReader, as item: MediaItem, to writer: DatasetWriter, skip: (String, String) -> Void
    ) throws -> Outcome {
        let kind = reader.isStill ? Dataset.Clip.Kind.photo : .video
        writer.begin(name: item.name, identity: item.identity, source: item.source, kind: kind)
        var thinning = FrameThinning(rate: framesPerSecond)
        let tick = reader.timeBase.value
        var last = 0.0
        var warning: String?
        do {
            while writer.clipFrameCount < maxFramesPerClip ?? .max, let frame = try reader.next() {
                let time = Double(frame.time) * tick
                guard thinning.keeps(time) else { continue }
                try writer.append(frame.picture.fitted(toSquare: size, fit))
                last = time
            }
            warning = reader.warning
        } catch let error as FileError where error.side == .input && !error.isOfTheMachine && writer.clipFrameCount > 0 {
            // The frames before the damage are good.
            warning = error.problem
        }
        guard end(writer, seconds: last, sourceRate: reader.frameRate.value, item.paths[0], skip) else { return .leftOut }
        return .added(warning: warning)
    }

    /// Numbered pictures: one clip when they have one size, otherwise photos. Damaged ones are left out.
    private func addRun(_ item: MediaItem, to writer: DatasetWriter, skip: (String, String) -> Void) throws -> Outcome {
        writer.begin(name: item.name, identity: item.identity, source: item.source, kind: .video)
        var thinning = FrameThinning(rate: framesPerSecond)
        var side: (Int, Int)?
        var damaged: [(String, String)] = []
        var last = 0.0
        for (index, path) in item.paths.enumerated() where writer.clipFrameCount < maxFramesPerClip ?? .max {
            do {
                let picture = try Picture.read(path)
                if let (width, height) = side, (width, height) != (picture.width, picture.height) {
                    writer.abandon()
                    return try addPhotos(item, to: writer, skip: skip)
                }
                side = (picture.width, picture.height)
                let time = Double(index) / Self.rateOfPictures
                guard thinning.keeps(time) else { continue }
                try writer.append(picture.fitted(toSquare: size, fit))
                last = time
            } catch let error as FileError where error.side == .input && !error.isOfTheMachine {
                damaged.append((error.path, error.problem))
            }
        }
        for (path, reason) in damaged { skip(path, reason) }
        let folder = (item.paths[0] as NSString).deletingLastPathComponent
        return end(writer, seconds: last, sourceRate: Self.rateOfPictures, folder, skip) ? .added(warning: nil) : .leftOut
    }

    private func addPhotos(_ item: MediaItem, to writer: DatasetWriter, skip: (String, String) -> Void) throws -> Outcome {
        var outcome = Outcome.leftOut
        for photo in item.photos {
            if case .added = try add(photo, to: writer, skip: skip) { outcome = .added(warning: nil) }
        }
        return outcome
    }

    /// Ends the clip, or takes it back when it is too short.
    func end(
        _ writer: DatasetWriter, seconds: Double, sourceRate: Double, _ path: String, _ skip: (String, String) -> Void
    ) -> Bool {
        let count = writer.clipFrameCount
        let needed = writer.isInPhoto ? 1 : max(minFrames, 1)
        guard count >= needed else {
            writer.abandon()
            skip(
                path,
                count == 0
                    ? "no frame of it could be read"
                    : "has \(count) \(count == 1 ? "frame" : "frames") of at least \(needed); a smaller --min-frames takes it")
            return false
        }
        let rate = count > 1 && seconds > 0 ? Double(count - 1) / seconds : min(sourceRate, framesPerSecond ?? sourceRate)
        writer.end(framesPerSecond: writer.isInPhoto ? 0 : rate)
        return true
    }
}
