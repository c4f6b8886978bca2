import Files
import Foundation

/// One picture; a second frame is refused.
final class SinglePictureSink: FrameSink {
    private let temporaryPath: String
    private let path: String
    private let metadata: MediaMetadata
    private var isWritten = false

    init(temporaryPath: String, path: String, metadata: MediaMetadata) {
        self.temporaryPath = temporaryPath
        self.path = path
        self.metadata = metadata
    }

    func write(_ picture: Picture, time: Int64, duration: Int64) throws {
        guard !isWritten else {
            throw FileError(
                .output, path,
                "holds one picture, but there are more frames; write .mp4, .webm, .gif, or a folder (a path ending in /)"
            )
        }
        isWritten = true
        let bytes = try picture.encoded(as: PictureFormat(path: path)!, for: path, metadata: metadata)
        try OutputBytes.write(bytes, to: temporaryPath, for: path)
    }

    func finish() throws {}
}
