import Files
import Foundation

/// Reads a driving input frame by frame: a video file, a GIF or animated WebP, a folder of pictures, or a single picture (one frame).
/// It holds two frames at most.
public final class FrameReader {
    /// The path as the user gave it.
    public let path: String
    private let source: FrameSource

    /// Opens the input and decodes its first frame.
    ///
    /// - Parameters:
    ///   - framesPerSecondOfFolders: the rate of a folder of pictures, whose files state none.
    ///   - threads: how many threads a video's decoder may use.
    /// - Throws: `FileError` (input) when the path is absent or unreadable, of an unknown format, a playlist, sound
    ///   only, damaged so that no frame can be decoded, a folder without pictures, or out of the limits of `Picture`.
    public init(_ path: String, framesPerSecondOfFolders: Double = 25, threads: Int = 1) throws {
        precondition(framesPerSecondOfFolders > 0, "a frame rate is positive")
        self.path = path
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
            source = try FolderFrames(folder: path, framesPerSecond: framesPerSecondOfFolders)
            return
        }
        let signature = try Picture.signature(ofFile: path)
        if signature == .animatedWebP {
            let file = try MappedFile(path: path)
            defer { withExtendedLifetime(file) {} }
            source = try WebPFrames(file.bytes, name: path)
        } else if signature?.isOnePicture == true {
            source = try FolderFrames(paths: [path], framesPerSecond: framesPerSecondOfFolders)
        } else {
            source = try ContainerFrames(path, threads: threads)
        }
    }

    /// A side of the first frame, in pixels, as it is displayed; other frames may differ.
    public var width: Int { source.width }
    /// A side of the first frame, in pixels, as it is displayed; other frames may differ.
    public var height: Int { source.height }
    /// Frames a second; of a video with a variable rate, its average or a guess.
    public var frameRate: Rational { source.frameRate }
    /// Seconds a tick of the frames' times and durations.
    public var timeBase: Rational { source.timeBase }
    /// How many frames there probably are, for a progress display; nil when nothing tells.
    public var frameCount: Int? { source.frameCount }
    /// There is one frame only.
    public var isStill: Bool { source.isStill }
    /// There is sound that could be carried over.
    public var hasAudio: Bool { (source as? ContainerFrames)?.hasAudio ?? false }
    /// In seconds, as the file states it; nil when it does not.
    public var duration: Double? {
        if let container = source as? ContainerFrames { return container.duration }
        return source.frameCount.map { Double($0) / source.frameRate.value }
    }
    /// What was wrong with the input, although frames were read: known when `next()` has returned nil. One line.
    public var warning: String? { source.warning }

    /// The next frame; nil at the end.
    ///
    /// - Throws: `FileError` (input) when a picture of a folder is damaged, or a frame is out of the limits of
    ///   `Picture`.
    public func next() throws -> VideoFrame? { try source.next() }

    /// Passes over the next frame; pictures of a folder are then not even opened.
    ///
    /// - Returns: false at the end.
    /// - Throws: as `next`.
    public func skip() throws -> Bool { try source.skip() }

    /// The sound that belongs to the frames shown from `start` to `end`.
    ///
    /// - Parameters:
    ///   - start: in seconds since the first frame.
    ///   - end: in seconds since the first frame; nil for all of it.
    /// - Returns: nil when the input has no sound.
    public func audio(from start: Double = 0, to end: Double? = nil) -> AudioSource? {
        guard let container = source as? ContainerFrames, container.hasAudio else { return nil }
        return AudioSource(path: path, start: start, end: end, origin: container.startSeconds)
    }
}
