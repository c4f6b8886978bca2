import CFFmpeg
import Files

/// One of FFmpeg's decoders, for pictures, video or sound: packets go in, frames come out.
final class Decoder {
    let context: UnsafeMutablePointer<AVCodecContext>
    /// The frame that `receive` filled last.
    let frame: UnsafeMutablePointer<AVFrame>

    /// - Parameters:
    ///   - name: the path for errors.
    ///   - codec: which decoder.
    ///   - stream: the stream whose packets it gets; none for a picture file that is one packet.
    ///   - strict: whether damage is an error rather than something to get around.
    /// - Throws: `FileError` (input) when there is no such decoder or it refuses the stream.
    init(
        name: String, codec id: AVCodecID, stream: UnsafeMutablePointer<AVStream>? = nil, strict: Bool, threads: Int = 1
    ) throws {
        let called = String(cString: avcodec_get_name(id))
        guard let codec = avcodec_find_decoder(id), let context = avcodec_alloc_context3(codec),
            let frame = av_frame_alloc()
        else {
            throw FileError(
                .input, name,
                "holds \(called == "none" ? "an unknown codec" : called), which cannot be decoded here; convert it to H.264"
            )
        }
        self.context = context
        self.frame = frame
        if let stream {
            avcodec_parameters_to_context(context, stream.pointee.codecpar)
            context.pointee.pkt_timebase = stream.pointee.time_base
        }
        context.pointee.max_pixels = Int64(Picture.pixelLimit)
        context.pointee.thread_count = Int32(threads)
        if strict { context.pointee.err_recognition = AV_EF_EXPLODE | AV_EF_CRCCHECK }
        media_clear_words()
        guard avcodec_open2(context, codec, nil) >= 0 else { throw FileError.decoding(name, what: called) }
    }

    deinit {
        var closing: UnsafeMutablePointer<AVCodecContext>? = context
        avcodec_free_context(&closing)
        var freeing: UnsafeMutablePointer<AVFrame>? = frame
        av_frame_free(&freeing)
    }

    /// Hands over a packet; nil says that no more come. Returns FFmpeg's error code.
    func send(_ packet: UnsafeMutablePointer<AVPacket>?) -> Int32 { avcodec_send_packet(context, packet) }
    /// Fills `frame`. Returns FFmpeg's error code.
    func receive() -> Int32 { avcodec_receive_frame(context, frame) }
}
