import CFFmpeg
import Files

/// A video file, with sound.
final class ContainerSink: FrameSink {
    private let container: Container
    private let path: String
    private let muxer: Muxer
    private let encoder: Encoder
    private let stream: UnsafeMutablePointer<AVStream>
    private let audio: AudioTrack?
    var hasSound: Bool { audio != nil }
    private let timeBase: Rational
    private var scaler: OpaquePointer?
    /// The durations of frames that the encoder still holds, by their times: it does not pass them on.
    private var durations: [Int64: Int64] = [:]
    /// The last packet, held back because the file's end decides its duration.
    private var held: UnsafeMutablePointer<AVPacket>?
    private var firstTime: Int64?
    private var endTime: Int64 = 0
    private var firstDecodingTime: Int64?

    init(
        _ container: Container, temporaryPath: String, path: String, width: Int, height: Int, frameRate: Rational,
        timeBase: Rational, audio source: AudioSource?, metadata: MediaMetadata, threads: Int
    ) throws {
        self.container = container
        self.path = path
        self.timeBase = timeBase
        let muxer = try Muxer(container.rawValue, temporaryPath: temporaryPath, path: path, metadata: metadata)
        self.muxer = muxer
        encoder = try Encoder(container.isH264 ? "libx264" : "libvpx-vp9", path: path) { context in
            context.pointee.width = Int32(width)
            context.pointee.height = Int32(height)
            context.pointee.pix_fmt = AV_PIX_FMT_YUV420P
            context.pointee.time_base = timeBase.native
            context.pointee.framerate = frameRate.native
            context.pointee.sample_aspect_ratio = AVRational(num: 1, den: 1)
            context.pointee.colorspace = AVCOL_SPC_BT709
            context.pointee.color_primaries = AVCOL_PRI_BT709
            context.pointee.color_trc = AVCOL_TRC_BT709
            context.pointee.color_range = AVCOL_RANGE_MPEG
            context.pointee.chroma_sample_location = AVCHROMA_LOC_LEFT
            context.pointee.thread_count = Int32(threads)
            if muxer.wantsGlobalHeader { context.pointee.flags |= AV_CODEC_FLAG_GLOBAL_HEADER }
            let options =
                container.isH264
                ? ["preset": "veryfast", "crf": "16"]
                : ["deadline": "good", "cpu-used": "5", "row-mt": "1", "crf": "22"]
            for (key, value) in options { av_opt_set(context.pointee.priv_data, key, value, 0) }
            // With the quality given, no bit rate limits it.
            context.pointee.bit_rate = 0
        }
        try encoder.makePictureBuffer()
        stream = try muxer.addStream()
        avcodec_parameters_from_context(stream.pointee.codecpar, encoder.context)
        stream.pointee.time_base = timeBase.native
        stream.pointee.avg_frame_rate = frameRate.native
        audio = try source.flatMap { try AudioTrack($0, into: muxer, container, path: path) }
        var options: [String: String] = [:]
        if container.isMovie {
            // A pipe cannot be gone back in: each fragment says itself what is in it.
            let isPiped = temporaryPath == Muxer.standardOutput
            options["movflags"] = isPiped ? "+frag_keyframe+delay_moov+default_base_moof" : "+faststart"
            if timeBase.numerator == 1 { options["video_track_timescale"] = "\(timeBase.denominator)" }
        }
        try muxer.begin(options: options)
        audio?.begin()

        let flags = SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INP
        scaler = sws_getContext(
            Int32(width), Int32(height), AV_PIX_FMT_RGB24, Int32(width), Int32(height), AV_PIX_FMT_YUV420P, flags, nil,
            nil,
            nil)
        guard let scaler else {
            throw FileError(.output, path, "frames of \(width)x\(height) pixels cannot be converted")
        }
        media_set_colors(scaler, SWS_CS_ITU709, 1, SWS_CS_ITU709, 0)
    }

    deinit {
        sws_freeContext(scaler)
        av_packet_free(&held)
    }

    func write(_ picture: Picture, time: Int64, duration: Int64) throws {
        try encoder.makeWritable()
        _ = picture.pixels.withUnsafeBufferPointer {
            media_scale_from_rgb(scaler, $0.baseAddress!, Int32(picture.width * 3), encoder.frame)
        }
        encoder.frame.pointee.pts = time
        durations[time] = duration
        firstTime = firstTime ?? time
        endTime = time + duration
        try encoder.send(encoder.frame)
        try drain()
        try audio?.write(until: Double(time) * timeBase.value)
    }

    func finish() throws {
        try encoder.send(nil)
        try drain()
        if let held {
            if container.isMovie, let firstTime, let firstDecodingTime {
                // A movie's samples follow each other in decoding order, and their sum is how long it plays.
                let rest = (endTime - firstTime) - (held.pointee.dts - firstDecodingTime)
                if rest > 0 { held.pointee.duration = rest }
            }
            try mux(held)
        }
        try audio?.finish(videoEnd: Double(endTime - (firstTime ?? 0)) * timeBase.value)
        try muxer.end()
    }

    private func drain() throws {
        while let packet = try encoder.receive() {
            packet.pointee.duration = durations.removeValue(forKey: packet.pointee.pts) ?? packet.pointee.duration
            firstDecodingTime = firstDecodingTime ?? packet.pointee.dts
            if let held { try mux(held) } else { held = av_packet_alloc() }
            av_packet_move_ref(held, packet)
        }
    }

    private func mux(_ packet: UnsafeMutablePointer<AVPacket>) throws {
        av_packet_rescale_ts(packet, encoder.context.pointee.time_base, stream.pointee.time_base)
        packet.pointee.stream_index = stream.pointee.index
        try muxer.write(packet)
    }
}
