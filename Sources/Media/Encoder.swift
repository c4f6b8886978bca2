import CFFmpeg
import Files

/// One of FFmpeg's encoders, for pictures, video or sound: frames go in, packets come out.
final class Encoder {
    let context: UnsafeMutablePointer<AVCodecContext>
    /// A frame for the caller to fill and send.
    let frame: UnsafeMutablePointer<AVFrame>
    private let packet: UnsafeMutablePointer<AVPacket>
    private let path: String
    private let name: String

    /// - Parameters:
    ///   - name: FFmpeg's name of the encoder.
    ///   - path: of the output, for errors.
    ///   - set: fills in the encoder's parameters before it is opened.
    /// - Throws: `FileError` (output) when FFmpeg was built without the encoder or it refuses the parameters.
    init(_ name: String, path: String, set: (UnsafeMutablePointer<AVCodecContext>) -> Void) throws {
        media_quiet()
        media_clear_words()
        guard let codec = avcodec_find_encoder_by_name(name), let context = avcodec_alloc_context3(codec),
            let frame = av_frame_alloc(), let packet = av_packet_alloc()
        else {
            throw FileError(
                .output, path, "FFmpeg has no encoder \(name) here; install it or choose another file extension")
        }
        self.context = context
        self.frame = frame
        self.packet = packet
        self.path = path
        self.name = name
        context.pointee.thread_count = 1
        set(context)
        let opened = avcodec_open2(context, codec, nil)
        guard opened >= 0 else { throw FileError.encoding(path, name, opened) }
    }

    deinit {
        var closing: UnsafeMutablePointer<AVCodecContext>? = context
        avcodec_free_context(&closing)
        var freeing: UnsafeMutablePointer<AVFrame>? = frame
        av_frame_free(&freeing)
        var dropping: UnsafeMutablePointer<AVPacket>? = packet
        av_packet_free(&dropping)
    }

    /// Gives `frame` room for a picture of the encoder's size and format.
    func makePictureBuffer() throws {
        frame.pointee.width = context.pointee.width
        frame.pointee.height = context.pointee.height
        frame.pointee.format = context.pointee.pix_fmt.rawValue
        let outcome = av_frame_get_buffer(frame, 0)
        guard outcome >= 0 else { throw FileError.encoding(path, name, outcome) }
    }

    /// The encoder may still hold what was sent; then `frame` gets new memory.
    func makeWritable() throws {
        let outcome = av_frame_make_writable(frame)
        guard outcome >= 0 else { throw FileError.encoding(path, name, outcome) }
    }

    /// Hands over a frame; nil says that no more come.
    func send(_ frame: UnsafeMutablePointer<AVFrame>?) throws {
        let outcome = avcodec_send_frame(context, frame)
        guard outcome >= 0 else { throw FileError.encoding(path, name, outcome) }
    }

    /// The next packet, valid until the next call; nil when the encoder wants more frames or has ended.
    func receive() throws -> UnsafeMutablePointer<AVPacket>? {
        let outcome = avcodec_receive_packet(context, packet)
        if outcome == MediaErrorAgain || outcome == MediaErrorEnd { return nil }
        guard outcome >= 0 else { throw FileError.encoding(path, name, outcome) }
        return packet
    }
}

extension FileError {
    /// The error for a refused frame or parameter.
    static func encoding(_ path: String, _ encoder: String, _ code: Int32) -> FileError {
        var text = [CChar](repeating: 0, count: 128)
        media_error_text(code, &text, text.count)
        let words = String(cString: media_last_words())
        let reason = words.isEmpty ? String(cString: text) : words
        return FileError(.output, path, "cannot be encoded (\(encoder): \(reason)); choose another size or extension")
    }
}
