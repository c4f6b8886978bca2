import Files
import Foundation

/// Writes frames, as they come, to a video file (`.mp4` and `.mov` with H.264, `.mkv`, `.webm` with VP9), a looping
/// `.gif`, one picture (`.png`, `.jpg`, …), or a folder of PNG frames (a path that ends in `/`). The output appears
/// whole, by `finish()`, or not at all; a video that goes to standard output (`-.mp4`) is written as it comes.
public final class VideoWriter {
    /// A side of every frame, in pixels.
    public let width: Int
    /// A side of every frame, in pixels.
    public let height: Int
    /// What of the input was not carried over, such as sound that cannot be decoded or frames that the format has no room for; known
    /// when the writer has ended. One line.
    public private(set) var warning: String?
    /// Frames that the output holds; less than were given where its format has no room for all.
    public private(set) var frameCount = 0
    private let path: String
    /// Nil where frames go to standard output as they come.
    private let output: StagedOutput?
    private var sink: FrameSink?
    private var lastTime: Int64?

    /// Whether the output at `path` carries sound.
    ///
    /// - Throws: `FileError` (output) for an unknown extension.
    public static func carriesAudio(_ path: String) throws -> Bool {
        if case .container = try OutputFormat(path: path) { return true }
        return false
    }

    /// Begins an output; its place is checked at once.
    ///
    /// - Parameters:
    ///   - path: its extension decides the format.
    ///   - width: of every frame, in pixels; even for H.264.
    ///   - height: of every frame, in pixels; even for H.264.
    ///   - frameRate: frames a second, as a reader states it; a hint where times vary.
    ///   - timeBase: seconds a tick of the times given to `write`; stored exactly by `.mp4` and `.mov`, to the
    ///     millisecond by `.mkv` and `.webm`, to the hundredth by `.gif`.
    ///   - audio: sound to carry along: copied where the container takes its codec, else encoded anew. Outputs without
    ///     sound leave it out.
    ///   - overwrite: whether an existing file, or folder of frames, may be replaced.
    ///   - threads: how many threads the encoder may use.
    /// - Throws: `FileError` (output) for an unknown extension, an odd size with H.264, or a place that exists or
    ///   cannot be written; (input) when the sound's file cannot be read.
    public init(
        path: String, width: Int, height: Int, frameRate: Rational, timeBase: Rational, audio: AudioSource? = nil,
        metadata: MediaMetadata = MediaMetadata(), overwrite: Bool = false, threads: Int = 2
    ) throws {
        precondition(width > 0 && height > 0 && threads > 0, "a video needs pixels and a thread")
        self.path = path
        self.width = width
        self.height = height
        let format = try OutputFormat(path: path)
        if case .container(let container) = format, container.isH264, width % 2 != 0 || height % 2 != 0 {
            throw FileError(
                .output, path,
                "H.264 video needs an even width and height, found \(width)x\(height); "
                    + "choose an even size, or write .webm, .gif or a folder of frames")
        }
        if PipedOutput.isMeant(by: path), case .container = format {
            output = nil
        } else {
            output = try StagedOutput(
                path: path, folder: format == .pictureFolder, overwrite: overwrite, owns: PictureFolderSink.isFrameName)
        }
        let temporaryPath = output?.temporaryPath ?? Muxer.standardOutput
        var lost: String?
        switch format {
        case .container(let container):
            let film = try ContainerSink(
                container, temporaryPath: temporaryPath, path: path, width: width, height: height,
                frameRate: frameRate, timeBase: timeBase, audio: audio, metadata: metadata, threads: threads)
            if audio != nil, !film.hasSound {
                lost = "the sound cannot be decoded here; the video is written without it"
            }
            sink = film
        case .gif:
            sink = try GIFSink(
                temporaryPath: temporaryPath, path: path, width: width, height: height, frameRate: frameRate,
                timeBase: timeBase, metadata: metadata)
        case .picture:
            sink = SinglePictureSink(temporaryPath: temporaryPath, path: path, metadata: metadata)
        case .pictureFolder:
            sink = try PictureFolderSink(
                folder: temporaryPath, path: path, width: width, height: height, metadata: metadata)
        }
        warning = lost
    }

    /// Adds a frame.
    ///
    /// - Parameters:
    ///   - picture: of the writer's size.
    ///   - time: when it is shown, in ticks of the time base; larger than the frame's before. The first is best 0.
    ///   - duration: for how long it is shown, in ticks; it matters for the last frame.
    /// - Throws: `FileError` (output) when it cannot be written, such as on a full disk, or is a second frame for a
    ///   single picture; (input) when the sound's file cannot be read on. The output is then given up.
    public func write(_ picture: Picture, time: Int64, duration: Int64) throws {
        precondition(picture.width == width && picture.height == height, "a frame has the writer's size")
        precondition(lastTime.map { time > $0 } ?? true, "the frames' times increase")
        precondition(sink != nil, "a writer takes no frame after an error or its end")
        lastTime = time
        do {
            try sink!.write(picture, time: time, duration: max(1, duration))
            frameCount = (sink as? GIFSink)?.written ?? frameCount + 1
        } catch {
            sink = nil
            throw error
        }
    }

    /// Writes the rest, sound included, and puts the output in its place.
    ///
    /// - Throws: `FileError` (output) when there was no frame, or the output cannot be written or put in its place;
    ///   nothing remains then.
    public func finish() throws {
        precondition(sink != nil, "a writer ends once, and not after an error")
        defer { sink = nil }
        guard lastTime != nil else { throw FileError(.output, path, "not written, because there was no frame") }
        try sink!.finish()
        warning = warning ?? (sink as? GIFSink)?.warning
        // Closes the file before it is renamed.
        sink = nil
        try output?.commit()
    }
}
