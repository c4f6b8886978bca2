import Files

/// What a file is by its content, whatever its name: a picture or a video.
package enum MediaKind: Sendable {
    case picture
    case video

    /// - Returns: nil for a file that is neither, or cannot be read.
    package init?(ofFile path: String) {
        if let signature = (try? Picture.signature(ofFile: path)) ?? nil {
            self = signature.isOnePicture ? .picture : .video
            return
        }
        guard let input = try? MediaInput(path: path), let stream = input.videoStream else { return nil }
        // Pictures in a container of films, such as AVIF, have one frame.
        self = input.formatName.hasSuffix("_pipe") || stream.pointee.nb_frames == 1 && input.audioStream == nil ? .picture : .video
    }
}
