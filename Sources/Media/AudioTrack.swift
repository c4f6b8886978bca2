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
    /// Sound from just before the cut starts the decoder; a movie hides it by its edit list.
    private let keepsLeadIn: Bool
    private var lastWritten = Int64.min
    /// In seconds, how far the sound is read.
    private var reached = -Double.infinity
    private var isDone = false

    /// - Returns: nil when the file has no sound, or sound that cannot be decoded and not be copied.
    /// - Throws: `FileError` (input) when the file cannot be opened; (output) when the sound cannot be encoded.
    init?(_ range: AudioSource, into muxer: Muxer, _ container: Container, path: String) throws {
        let input = try MediaInput(path: range.path)
        guard let source = input.audioStream else { return nil }
        self.input = input
        self.source = source
        self.muxer = muxer
        var origin = range.origin
        if origin == nil, let video = input.videoStream?.pointee, video.start_time != MediaNoTime {
            origin = Double(video.start_time) * av_q2d(video.time_base)
        }
        let tick = av_q2d(source.pointee.time_base)
        let zeroSeconds = (origin ?? 0) + range.start
        zero = Int64((zeroSeconds / tick).rounded())
        end = range.end.map { Int64((((origin ?? 0) + $0) / tick).rounded()) }
        keepsLeadIn = container.isMovie || range.start == 0

        let codec = source.pointee.codecpar.pointee.codec_id
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
        packet = av_packet_alloc()
        input.keepOnly(source)
        if range.start > 1 {
            // One second earlier, for what decoders need before they are in step; a failure means reading on from the start.
            av_seek_frame(input.context, source.pointee.index, zero - Int64(1 / tick), AVSEEK_FLAG_BACKWARD)
        }
    }

    deinit {
        var freeing: UnsafeMutablePointer<AVPacket>? = packet
        av_packet_free(&freeing)
    }

    /// Writes the sound up to a time of the written video, in seconds.
    func write(until seconds: Double) throws {
        while !isDone, reached <= seconds { try step() }
    }

    /// Writes the rest.
    func finish() throws {
        while !isDone { try step() }
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
            guard abs(Double(time)) < 1e18 else { return }
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
        let length = max(0, packet.pointee.duration)
        guard keepsLeadIn ? time + 2 * length > zero : time >= zero else { return }
        packet.pointee.pts = time - zero
        packet.pointee.dts = packet.pointee.dts == MediaNoTime ? time - zero : packet.pointee.dts - zero
        av_packet_rescale_ts(packet, source.pointee.time_base, stream.pointee.time_base)
        try deliver(packet)
    }

    /// Hands a packet, timed in the written stream's ticks, to the muxer; one that goes back in time is left out.
    private func deliver(_ packet: UnsafeMutablePointer<AVPacket>) throws {
        guard packet.pointee.dts > lastWritten else { return }
        lastWritten = packet.pointee.dts
        packet.pointee.stream_index = stream.pointee.index
        packet.pointee.pos = -1
        if let transcoder {
            av_packet_rescale_ts(packet, transcoder.context.pointee.time_base, stream.pointee.time_base)
        }
        try muxer.write(packet)
    }
}
