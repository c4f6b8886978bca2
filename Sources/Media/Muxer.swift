import CFFmpeg
import Files
import Foundation

/// FFmpeg's writer of a container file, with FFmpeg's errors turned into ours.
final class Muxer {
    let context: UnsafeMutablePointer<AVFormatContext>
    private let path: String
    private var isOpen = false
    /// Writes to standard output as it comes, without going back.
    static let standardOutput = "-"

    /// - Parameters:
    ///   - format: FFmpeg's name of the container format.
    ///   - temporaryPath: where to write; `standardOutput` for a pipe.
    ///   - path: where it will stand, for errors.
    init(_ format: String, temporaryPath: String, path: String, metadata: MediaMetadata) throws {
        media_quiet()
        var created: UnsafeMutablePointer<AVFormatContext>?
        // The prefix keeps a colon in the path from being read as a protocol.
        let place = temporaryPath == Self.standardOutput ? "pipe:\(STDOUT_FILENO)" : "file:" + temporaryPath
        guard avformat_alloc_output_context2(&created, nil, format, place) >= 0, let created else {
            throw FileError(.output, path, "FFmpeg cannot write \(format) here; choose another file extension")
        }
        context = created
        self.path = path
        // The first frame stays at time 0, also where an encoder's lead-in comes before it.
        context.pointee.avoid_negative_ts = AVFMT_AVOID_NEG_TS_DISABLED
        if let title = metadata.title { av_dict_set(&context.pointee.metadata, "title", title, 0) }
        if let comment = metadata.comment { av_dict_set(&context.pointee.metadata, "comment", comment, 0) }
    }

    deinit {
        if isOpen { avio_closep(&context.pointee.pb) }
        avformat_free_context(context)
    }

    func addStream() throws -> UnsafeMutablePointer<AVStream> {
        guard let stream = avformat_new_stream(context, nil) else {
            throw FileError(.output, path, "cannot be written (not enough memory)")
        }
        return stream
    }

    /// Whether the encoders of this container's streams must keep their parameters apart from the packets.
    var wantsGlobalHeader: Bool { context.pointee.oformat.pointee.flags & AVFMT_GLOBALHEADER != 0 }

    /// Opens the file and writes its head. All streams stand by now.
    func begin(options: [String: String]) throws {
        try check(StagedOutput.opening { avio_open(&context.pointee.pb, context.pointee.url, AVIO_FLAG_WRITE) })
        isOpen = true
        var dictionary: OpaquePointer?
        for (key, value) in options { av_dict_set(&dictionary, key, value, 0) }
        defer { av_dict_free(&dictionary) }
        try check(avformat_write_header(context, &dictionary))
    }

    /// Takes the packet's content; the packet is empty then.
    func write(_ packet: UnsafeMutablePointer<AVPacket>) throws {
        try check(av_interleaved_write_frame(context, packet))
        try check(context.pointee.pb.pointee.error)
    }

    /// Writes what is queued and the file's end, and closes it.
    func end() throws {
        try check(av_write_trailer(context))
        avio_flush(context.pointee.pb)
        try check(context.pointee.pb.pointee.error)
        isOpen = false
        try check(avio_closep(&context.pointee.pb))
    }

    private func check(_ code: Int32) throws {
        guard code < 0 else { return }
        if code > -200 {
            errno = -code
            throw FileError.cannotWrite(path)
        }
        var text = [CChar](repeating: 0, count: 128)
        media_error_text(code, &text, text.count)
        throw FileError(.output, path, "cannot be written (\(String(cString: text)))")
    }
}
