import CFFmpeg
import Files
import Foundation

/// Reads the sound of a file, one channel at one rate, piece by piece: of anything that FFmpeg decodes, also of a video.
public final class SoundReader {
    /// The path as the user gave it.
    public let path: String
    /// Samples a second.
    public let rate: Int
    /// Where the first sample stands on the file's own clock, in seconds: with the first frame of a video, and with the first sound
    /// of any other file. Known when the first piece is read.
    public private(set) var origin: Double?
    /// What was missing at the end of the file, once that is reached; nil where it holds as much sound as it says.
    public private(set) var warning: String?

    private let input: MediaInput
    private let stream: UnsafeMutablePointer<AVStream>
    private let decoder: Decoder
    private let packet: UnsafeMutablePointer<AVPacket>
    private var resampler: OpaquePointer?
    /// What the resampler was made for: rate, sample format, channels.
    private var resamplesFrom: [Int32] = []
    /// The number of the sample that the next decoded one becomes; nil before the first.
    private var next: Int?
    /// Samples of silence that are to be given before anything else, and how many gaps may have yet.
    private var silence = 0, silenceLeft: Int
    private var hasGiven = false
    /// How long the file says that its sound is, in seconds; nil where it does not say, or only by a guess from its size.
    private let stated: Double?
    /// Samples that were decoded.
    private var decoded = 0
    /// Samples among them that are no sound, because they are no numbers or far too large.
    private var unheard = 0
    private var state = State.reading

    private enum State {
        case reading, draining, done
    }

    /// Gaps are filled with up to an hour of silence in all, a second at a time.
    private static let longestSilence = 3600

    /// - Throws: `FileError` (input) when the file cannot be read, is of an unknown format, or has no sound that can be decoded.
    public init(_ path: String, rate: Int) throws {
        precondition((1000...400_000).contains(rate), "\(rate) samples a second")
        (self.path, self.rate) = (path, rate)
        input = try MediaInput(path: path, for: .sound)
        guard let stream = input.audioStream else {
            throw FileError(.input, path, "holds no sound; choose a file that does, such as WAV, MP3 or a video with sound")
        }
        guard stream.pointee.codecpar.pointee.sample_rate <= MEDIA_MOST_SAMPLES else {
            throw FileError(
                .input, path,
                "expected sound of at most \(MEDIA_MOST_SAMPLES) samples a second, found \(stream.pointee.codecpar.pointee.sample_rate): the "
                    + "file is damaged; export it again")
        }
        self.stream = stream
        if let video = input.videoStream?.pointee, video.start_time != MediaNoTime {
            origin = Double(video.start_time) * av_q2d(video.time_base)
        }
        decoder = try Decoder(name: path, codec: stream.pointee.codecpar.pointee.codec_id, stream: stream, strict: false)
        packet = av_packet_alloc()
        stated = input.statedSeconds(of: stream)
        silenceLeft = Self.longestSilence * rate
        input.keepOnly(stream)
    }

    /// Where a file's sound begins on its own clock, in seconds; where it has a video, where that begins.
    ///
    /// - Throws: as the initializer.
    public static func origin(of path: String) throws -> Double {
        let reader = try SoundReader(path, rate: 16000)
        if reader.origin == nil { _ = try reader.piece() }
        return reader.origin ?? 0
    }

    deinit {
        swr_free(&resampler)
        var freeing: UnsafeMutablePointer<AVPacket>? = packet
        av_packet_free(&freeing)
    }

    /// The next samples, some thousand at most, in −1…1; nil at the end. Damaged parts become silence, and what follows a damaged end is
    /// missing; `warning` says so, and `MediaRemarks` is told, where that is more than a twentieth of what the file says that it holds.
    ///
    /// Sound of 16 bits that has the rate already is given as it is, its first channel. Other sound is mixed to one channel and resampled.
    ///
    /// - Throws: `FileError` (input) where no sample at all can be decoded.
    public func piece() throws -> [Float]? {
        while true {
            if silence > 0 {
                let count = min(silence, rate)
                silence -= count
                return given([Float](repeating: 0, count: count))
            }
            if !queued.isEmpty {
                defer { queued = [] }
                return given(queued)
            }
            switch state {
            case .done:
                guard hasGiven else {
                    throw FileError(.input, path, "its sound cannot be decoded: the file is cut short or damaged; copy or export it again")
                }
                remarkOnEnd()
                return nil
            case .draining:
                state = .done
                if resampler != nil { queued = resampled(nil) }
            case .reading: read()
            }
        }
    }

    private var queued: [Float] = []

    private func remarkOnEnd() {
        if unheard > 0 {
            MediaRemarks.note(
                path, "\(unheard) of \(decoded) samples of its sound are no numbers, or far too loud; they became silence or were cut")
        }
        let seconds = Double(decoded) / Double(rate)
        guard let stated, seconds < 0.95 * stated, seconds < stated - 0.1 else { return }
        let found = String(format: "the sound is cut short or damaged: %.1f of %.1f s could be read", seconds, stated)
        warning = found
        MediaRemarks.note(path, found)
    }

    private func given(_ samples: [Float]) -> [Float] {
        hasGiven = true
        return samples
    }

    /// Decodes until there are samples, or the file ends.
    private func read() {
        while decoder.receive() == 0 {
            take(decoder.frame)
            if silence > 0 || !queued.isEmpty { return }
        }
        guard av_read_frame(input.context, packet) >= 0 else {
            if !isFlushed {
                isFlushed = true
                _ = decoder.send(nil)
            } else {
                state = .draining
            }
            return
        }
        defer { av_packet_unref(packet) }
        // Damaged packets are passed over; their gap becomes silence.
        if packet.pointee.stream_index == stream.pointee.index { _ = decoder.send(packet) }
    }

    private var isFlushed = false

    private func take(_ frame: UnsafeMutablePointer<AVFrame>) {
        let kind = [frame.pointee.sample_rate, frame.pointee.format, frame.pointee.ch_layout.nb_channels]
        guard kind[0] > 0, kind[2] > 0, frame.pointee.nb_samples > 0 else { return }
        let isExact = kind[0] == rate && [AV_SAMPLE_FMT_S16.rawValue, AV_SAMPLE_FMT_S16P.rawValue].contains(kind[1])
        if !isExact, kind != resamplesFrom {
            guard media_make_mono_resampler(&resampler, frame, Int32(rate)) >= 0 else { return }
            resamplesFrom = kind
        }
        place(frame)
        var samples = isExact ? firstChannel(frame) : resampled(frame)
        decoded += samples.count
        guard let start = next else { return }
        next = start + samples.count
        // Sound before the first frame of a video.
        if start < 0 { samples.removeFirst(min(samples.count, -start)) }
        queued = samples
    }

    /// Finds the place of a decoded frame's first sample, and the silence before it.
    private func place(_ frame: UnsafeMutablePointer<AVFrame>) {
        let time = frame.pointee.best_effort_timestamp
        guard time != MediaNoTime else {
            next = next ?? 0
            return
        }
        let seconds = Double(time) * av_q2d(stream.pointee.time_base)
        if origin == nil { origin = seconds }
        let exact = ((seconds - origin!) * Double(rate)).rounded()
        guard abs(exact) < 1e15 else {
            next = next ?? 0
            return
        }
        guard let expected = next else {
            next = Int(exact)
            fill(max(0, Int(exact)))
            return
        }
        // A gap of more than a twentieth of a second is one; less is rounding.
        let gap = Int(exact) - max(0, expected)
        if expected >= 0, gap > rate / 20 {
            fill(gap)
            next = expected + gap
        }
    }

    private func fill(_ gap: Int) {
        silence = min(gap, silenceLeft)
        silenceLeft -= silence
    }

    private func firstChannel(_ frame: UnsafeMutablePointer<AVFrame>) -> [Float] {
        guard let plane = media_plane(frame, 0) else { return [] }
        let isPacked = frame.pointee.format == AV_SAMPLE_FMT_S16.rawValue
        let step = isPacked ? Int(frame.pointee.ch_layout.nb_channels) : 1
        return plane.withMemoryRebound(to: Int16.self, capacity: Int(frame.pointee.nb_samples) * step) { samples in
            (0..<Int(frame.pointee.nb_samples)).map { Float(samples[$0 * step]) / 32768 }
        }
    }

    private func resampled(_ frame: UnsafeMutablePointer<AVFrame>?) -> [Float] {
        let room = media_resampled_room(resampler, frame?.pointee.nb_samples ?? 0)
        guard room > 0 else { return [] }
        return [Float](unsafeUninitializedCapacity: Int(room)) { buffer, count in
            count = max(0, Int(media_resample_mono(resampler, frame, buffer.baseAddress, room)))
            unheard += Int(media_bound_samples(buffer.baseAddress, Int32(count)))
        }
    }
}
