import CFFmpeg
import Files

/// Sound decoded, resampled and encoded anew, cut to the sample.
final class AudioTranscoder {
    private let decoder: Decoder
    private let encoder: Encoder
    private let samples: OpaquePointer
    private let path: String
    private var resampler: OpaquePointer?
    /// What the resampler was made for: rate, sample format, channels.
    private var resamplesFrom: [Int32] = []
    private let tick: Double
    /// In seconds on the source's clock, what becomes sample 0.
    private let zero: Double
    /// In samples; nil for all.
    private let length: Int64?
    /// The number of the sample that the next decoded one becomes; nil before the first.
    private var next: Int64?
    /// The number of the first sample that waits for the encoder.
    private var waiting: Int64 = 0

    var context: UnsafeMutablePointer<AVCodecContext> { encoder.context }

    /// - Parameters:
    ///   - zero: where the requested sound begins on the source's clock, in seconds.
    ///   - length: of the requested sound, in seconds; nil for all.
    ///   - encoders: FFmpeg's names, the best first.
    /// - Throws: `FileError` (output) when none of the encoders can be opened; (input) when the decoder cannot.
    init(
        input: MediaInput, stream: UnsafeMutablePointer<AVStream>, zero: Double, length: Double?, encoders: [String],
        globalHeader: Bool, path: String
    ) throws {
        decoder = try Decoder(
            name: input.name, codec: stream.pointee.codecpar.pointee.codec_id, stream: stream, strict: false)
        let name = encoders.first { avcodec_find_encoder_by_name($0) != nil } ?? encoders[0]
        let parameters = stream.pointee.codecpar.pointee
        encoder = try Encoder(name, path: path) { context in
            let codec = context.pointee.codec.pointee
            context.pointee.sample_fmt = codec.sample_fmts?[0] ?? AV_SAMPLE_FMT_FLTP
            context.pointee.sample_rate = Self.rate(parameters.sample_rate, of: codec)
            av_channel_layout_default(&context.pointee.ch_layout, min(2, max(1, parameters.ch_layout.nb_channels)))
            context.pointee.bit_rate = parameters.ch_layout.nb_channels == 1 ? 96_000 : 160_000
            context.pointee.time_base = AVRational(num: 1, den: context.pointee.sample_rate)
            if globalHeader { context.pointee.flags |= AV_CODEC_FLAG_GLOBAL_HEADER }
        }
        let rate = Double(encoder.context.pointee.sample_rate)
        self.path = path
        self.zero = zero
        self.length = length.map { Int64(($0 * rate).rounded()) }
        tick = av_q2d(stream.pointee.time_base)
        samples = av_audio_fifo_alloc(
            encoder.context.pointee.sample_fmt, encoder.context.pointee.ch_layout.nb_channels, 4096)
    }

    deinit {
        swr_free(&resampler)
        av_audio_fifo_free(samples)
    }

    /// The source's rate where the encoder has it, else 48 kHz.
    private static func rate(_ wanted: Int32, of codec: AVCodec) -> Int32 {
        guard var rates = codec.supported_samplerates else { return wanted }
        while rates.pointee != 0 {
            if rates.pointee == wanted { return wanted }
            rates += 1
        }
        return 48_000
    }

    typealias Delivery = (UnsafeMutablePointer<AVPacket>) throws -> Void

    /// Decodes a packet and encodes what it gives. Returns false when the requested sound is complete.
    func take(_ packet: UnsafeMutablePointer<AVPacket>?, _ deliver: Delivery) throws -> Bool {
        // Damaged packets are passed over; their gap becomes silence.
        _ = decoder.send(packet)
        while decoder.receive() == 0 { try queue(decoder.frame) }
        try encode(deliver, flushing: false)
        return length.map { waiting + Int64(av_audio_fifo_size(samples)) < $0 } ?? true
    }

    func finish(_ deliver: Delivery) throws {
        _ = try take(nil, deliver)
        if resampler != nil, next != nil { _ = media_resample(resampler, nil, samples, encoder.context) }
        try encode(deliver, flushing: true)
        try encoder.send(nil)
        while let packet = try encoder.receive() { try deliver(packet) }
    }

    private func queue(_ frame: UnsafeMutablePointer<AVFrame>) throws {
        let rate = Double(encoder.context.pointee.sample_rate)
        let kind = [frame.pointee.sample_rate, frame.pointee.format, frame.pointee.ch_layout.nb_channels]
        guard kind[0] > 0, kind[2] > 0 else { return }
        if kind != resamplesFrom {
            guard media_make_resampler(&resampler, frame, encoder.context) >= 0 else { return }
            resamplesFrom = kind
        }
        if frame.pointee.best_effort_timestamp != MediaNoTime {
            let exact = ((Double(frame.pointee.best_effort_timestamp) * tick - zero) * rate).rounded()
            guard abs(exact) < 1e15 else { return }
            let place = Int64(exact)
            if let expected = next {
                // A gap of more than a twentieth of a second is one; less is rounding.
                let gap = place - expected
                if expected >= 0, gap > Int64(rate / 20) {
                    let silence = min(gap, Int64(rate) * 10)
                    _ = media_add_silence(samples, encoder.context, Int32(silence))
                    next = expected + silence
                }
            } else {
                next = place
                waiting = max(0, place)
            }
        }
        let before = next ?? 0
        let added = media_resample(resampler, frame, samples, encoder.context)
        guard added > 0 else { return }
        next = before + Int64(added)
        // Sound before the requested beginning.
        if before < 0 { av_audio_fifo_drain(samples, Int32(min(Int64(added), -before))) }
    }

    private func encode(_ deliver: Delivery, flushing: Bool) throws {
        let whole = encoder.context.pointee.frame_size > 0 ? encoder.context.pointee.frame_size : 1024
        while true {
            var count = min(whole, av_audio_fifo_size(samples))
            if let length { count = Int32(min(Int64(count), max(0, length - waiting))) }
            // A short frame may only be the last.
            let isLast = length.map { waiting + Int64(count) >= $0 } ?? false
            guard count > 0, count == whole || flushing || isLast else { return }
            let frame = encoder.frame
            av_frame_unref(frame)
            frame.pointee.nb_samples = count
            frame.pointee.format = encoder.context.pointee.sample_fmt.rawValue
            frame.pointee.sample_rate = encoder.context.pointee.sample_rate
            av_channel_layout_copy(&frame.pointee.ch_layout, &encoder.context.pointee.ch_layout)
            guard av_frame_get_buffer(frame, 0) >= 0, media_take_samples(samples, frame, count) == count else {
                throw FileError(.output, path, "cannot be written (not enough memory)")
            }
            frame.pointee.pts = waiting
            waiting += Int64(count)
            try encoder.send(frame)
            while let packet = try encoder.receive() { try deliver(packet) }
        }
    }
}
