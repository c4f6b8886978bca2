import CFFmpeg
import Files

/// The sound of a written video: read on from its own file as the video grows, copied packet by packet or encoded anew.
final class AudioTrack {
    private let input: MediaInput
    private let source: UnsafeMutablePointer<AVStream>
    private let stream: UnsafeMutablePointer<AVStream>
    private let muxer: Muxer
    private let transcoder: AudioTranscoder?
    private let packet: UnsafeMutablePointer<AVPacket>
    /// In ticks of the source's stream: what becomes time 0, and where the sound ends.
    private let zero: Int64
    private let end: Int64?
    /// How much sound before time 0 is carried along, in ticks of the source's stream, in which the decoder gets in
    /// step: a movie's edit list hides it. Negative for one packet.
    private let leadIn: Int64
    /// In ticks of the written stream, what is added to every time: Matroska's Opus blocks count from the beginning of
    /// the encoder's lead-in, which players then subtract.
    private var shift: Int64 = 0
    private let forbidsNegativeTimes: Bool
    private var lastWritten = Int64.min
    /// In seconds, how far the sound is read.
    private var reached = -Double.infinity
    private var isDone = false
    private let endsWithVideo: Bool

    /// - Returns: nil when the file has no sound, or sound that cannot be decoded and not be copied.
    /// - Throws: `FileError` (input) when the file cannot be opened; (output) when the sound cannot be encoded.
    init?(_ range: AudioSource, into muxer: Muxer, _ container: Container, path: String) throws {
        let input = try MediaInput(path: range.path)
        guard let source = input.audioStream else { return nil }
        self.input = input
        self.source = source
        self.muxer = muxer
        endsWithVideo = range.endsWithVideo
        var origin = range.origin
        if origin == nil, let video = input.videoStream?.pointee, video.start_time != MediaNoTime {
            origin = Double(video.start_time) * av_q2d(video.time_base)
        }
        let tick = av_q2d(source.pointee.time_base)
        let zeroSeconds = (origin ?? 0) + range.start
        zero = Self.ticks(zeroSeconds, tick)
        end = range.end.map { Self.ticks((origin ?? 0) + $0, tick) }
        let parameters = source.pointee.codecpar.pointee
        if container.isMovie {
            // A file's own lead-in is kept whole; AAC encoders write up to 2112 samples of it.
            leadIn = range.start == 0 ? Int64(0.25 / tick) : -1
        } else {
            leadIn = Int64((Double(parameters.initial_padding) / Double(parameters.sample_rate) / tick).rounded(.up))
        }

        let codec = parameters.codec_id
        if container.carries(codec) {
            transcoder = nil
            stream = try muxer.addStream()
            avcodec_parameters_copy(stream.pointee.codecpar, source.pointee.codecpar)
            stream.pointee.codecpar.pointee.codec_tag = 0
            stream.pointee.time_base = source.pointee.time_base
        } else {
            guard avcodec_find_decoder(codec) != nil else { return nil }
            let transcoder = try AudioTranscoder(
                input: input, stream: source, zero: zeroSeconds, length: range.end.map { $0 - range.start },
                encoders: container.audioEncoders, globalHeader: muxer.wantsGlobalHeader, path: path)
            self.transcoder = transcoder
            stream = try muxer.addStream()
            avcodec_parameters_from_context(stream.pointee.codecpar, transcoder.context)
            stream.pointee.time_base = transcoder.context.pointee.time_base
        }
        forbidsNegativeTimes = !container.isMovie
        packet = av_packet_alloc()
        input.keepOnly(source)
        if range.start > 1 {
            // One second earlier, for what decoders need before they are in step; a failure means reading on from the
            // start.
            av_seek_frame(input.context, source.pointee.index, zero - Int64(1 / tick), AVSEEK_FLAG_BACKWARD)
        }
    }

    /// A broken file can claim any time; within these bounds, sums of ticks do not overflow.
    private static let farthest = 1e17

    private static func ticks(_ seconds: Double, _ tick: Double) -> Int64 {
        Int64(min(farthest, max(-farthest, (seconds / tick).rounded())))
    }

    deinit {
        var freeing: UnsafeMutablePointer<AVPacket>? = packet
        av_packet_free(&freeing)
    }

    /// To be called when the container's head is written, which settles the streams' time bases.
    func begin() {
        let written = stream.pointee.codecpar.pointee
        guard forbidsNegativeTimes, written.codec_id == AV_CODEC_ID_OPUS, written.sample_rate > 0 else { return }
        let padding = Double(written.initial_padding) / Double(written.sample_rate)
        shift = Int64((padding / av_q2d(stream.pointee.time_base)).rounded())
    }

    /// Writes the sound up to a time of the written video, in seconds.
    func write(until seconds: Double) throws {
        while !isDone, reached <= seconds { try step() }
    }

    /// Writes the rest.
    ///
    /// - Parameter videoEnd: when the last frame of the written video ends, in seconds.
    func finish(videoEnd: Double) throws {
        if endsWithVideo { try write(until: videoEnd) } else { while !isDone { try step() } }
        try transcoder?.finish(deliver)
    }

    private func step() throws {
        // Sound that is cut short or damaged ends early; the video goes on.
        guard av_read_frame(input.context, packet) >= 0 else {
            isDone = true
            return
        }
        defer { av_packet_unref(packet) }
        guard packet.pointee.stream_index == source.pointee.index else { return }
        let time = packet.pointee.pts != MediaNoTime ? packet.pointee.pts : packet.pointee.dts
        if time != MediaNoTime {
            guard abs(Double(time)) < Self.farthest else { return }
            reached = Double(time - zero) * av_q2d(source.pointee.time_base)
            if let end, time >= end {
                isDone = true
                return
            }
        }
        if let transcoder {
            if try !transcoder.take(packet, deliver) { isDone = true }
        } else if time != MediaNoTime {
            try copy(time)
        }
    }

    private func copy(_ time: Int64) throws {
        let length = Int64(min(Self.farthest, max(0, Double(packet.pointee.duration))))
        guard leadIn < 0 ? time + 2 * length > zero : time + leadIn >= zero else { return }
        packet.pointee.pts = time - zero
        let decoding = packet.pointee.dts
        packet.pointee.dts = abs(Double(decoding)) < Self.farthest ? decoding - zero : time - zero
        try deliver(packet)
    }

    /// Hands a packet to the muxer; one that goes back in time is left out.
    private func deliver(_ packet: UnsafeMutablePointer<AVPacket>) throws {
        let timeBase = transcoder?.context.pointee.time_base ?? source.pointee.time_base
        av_packet_rescale_ts(packet, timeBase, stream.pointee.time_base)
        packet.pointee.pts &+= shift
        packet.pointee.dts &+= shift
        guard packet.pointee.dts > lastWritten, packet.pointee.dts >= 0 || !forbidsNegativeTimes else { return }
        lastWritten = packet.pointee.dts
        packet.pointee.stream_index = stream.pointee.index
        packet.pointee.pos = -1
        try muxer.write(packet)
    }
}
