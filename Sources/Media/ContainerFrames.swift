import CFFmpeg
import Files

/// The frames of a video file or GIF.
final class ContainerFrames: FrameSource {
    private(set) var width = 0
    private(set) var height = 0
    let frameRate: Rational
    let timeBase: Rational
    let frameCount: Int?
    private(set) var warning: String?
    /// There is no second frame.
    private(set) var isStill = false
    /// Where the first frame stands on the container's own clock, in seconds; sound is placed by it.
    private(set) var startSeconds = 0.0
    let hasAudio: Bool
    /// In seconds, as the container says.
    let duration: Double?

    private let video: VideoDecoder
    private let name: String
    /// Which kind of animation it is, of those whose end has to be looked for; nil for videos.
    private let animation: PictureSignature?
    private let converter: ColorConverter
    /// Decoded and not yet delivered, at most two: a frame's duration is known when the next one is.
    private var pending: [UnsafeMutablePointer<AVFrame>] = []
    private var firstPicture: Picture?
    private var ended = false
    private var origin: Int64 = 0
    private var lastDecoded: Int64 = -1
    private var decodedCount = 0
    /// What the container says about the number of frames, 0 when it says nothing.
    private let statedCount: Int
    /// The duration of a frame, in ticks, where nothing better is known.
    private let typicalDuration: Int64

    /// - Throws: `FileError` (input) when the container cannot be opened or no frame can be decoded.
    init(_ path: String, threads: Int) throws {
        name = path
        let input = try MediaInput(path: path)
        animation = ["gif": .gif, "apng": .animatedPNG][input.formatName]
        hasAudio = input.audioStream != nil
        video = try VideoDecoder(input, strict: false, threads: threads)
        converter = ColorConverter(name: path)
        let stream = video.stream
        timeBase = Rational(stream.pointee.time_base) ?? Rational(1, 1000)
        frameRate = Rational(av_guess_frame_rate(input.context, stream, nil)) ?? Rational(25, 1)
        statedCount = Int(stream.pointee.nb_frames)
        var seconds: Double?
        if stream.pointee.duration > 0 {
            seconds = Double(stream.pointee.duration) * timeBase.value
        } else if input.context.pointee.duration > 0 {
            seconds = Double(input.context.pointee.duration) / Double(AV_TIME_BASE)
        }
        duration = seconds
        let estimate = (seconds ?? .infinity) * frameRate.value
        frameCount = statedCount > 0 ? statedCount : estimate < 1e9 ? max(1, Int(estimate.rounded())) : nil
        typicalDuration = Int64(min(1e12, max(1, (1 / (frameRate.value * timeBase.value)).rounded())))

        try decodeOne()
        guard let first = pending.first else {
            throw FileError.decoding(path, what: "video")
        }
        try decodeOne()
        isStill = pending.count == 1
        startSeconds = Double(origin) * timeBase.value
        let picture = try picture(of: first)
        (width, height) = (picture.width, picture.height)
        firstPicture = picture
    }

    deinit { pending.forEach(Self.free) }

    func next() throws -> VideoFrame? {
        while pending.count < 2, !ended { try decodeOne() }
        guard let frame = pending.first else { return nil }
        defer {
            Self.free(frame)
            pending.removeFirst()
        }
        let time = frame.pointee.best_effort_timestamp
        let end = pending.count > 1 ? pending[1].pointee.best_effort_timestamp : time + lastDuration(of: frame)
        let picture = try firstPicture ?? picture(of: frame)
        firstPicture = nil
        return VideoFrame(picture: picture, time: time - origin, duration: end - time)
    }

    private func picture(of frame: UnsafeMutablePointer<AVFrame>) throws -> Picture {
        let orientation = video.orientation(of: frame)
        var aspect = frame.pointee.sample_aspect_ratio
        if aspect.num <= 0 { aspect = video.stream.pointee.sample_aspect_ratio }
        return try converter.picture(from: frame, orientation: orientation)
            .withSquarePixels(aspect, turned: orientation.swapsSides)
    }

    /// Decodes the next frame into `pending`, with a time after the one's before.
    private func decodeOne() throws {
        guard !ended else { return }
        guard let decoded = try video.next() else {
            ended = true
            warning = describeEnd()
            return
        }
        guard let kept = av_frame_clone(decoded) else {
            throw FileError(.input, name, "cannot be read (not enough memory)")
        }
        decodedCount += 1
        var time = kept.pointee.best_effort_timestamp
        // A broken file can claim any number; beyond this, sums could overflow.
        if abs(Double(time)) > 1e18 { time = MediaNoTime }
        if decodedCount == 1 {
            if time == MediaNoTime { time = 0 }
            origin = time
        } else if time == MediaNoTime {
            time = lastDecoded + typicalDuration
        } else if time <= lastDecoded {
            // A time that is stated twice, or goes back, tells nothing.
            time = lastDecoded + typicalDuration
        }
        lastDecoded = time
        kept.pointee.best_effort_timestamp = time
        pending.append(kept)
    }

    /// How long the last frame is shown: until the stream's end, where the container is whole and says it; else what
    /// its packet says; else as long as others.
    private func lastDuration(of frame: UnsafeMutablePointer<AVFrame>) -> Int64 {
        let stream = video.stream.pointee
        if warning == nil, stream.duration > 0, stream.nb_frames > 0 {
            let start = stream.start_time == MediaNoTime ? origin : stream.start_time
            let (end, overflow) = start.addingReportingOverflow(stream.duration)
            let rest = end &- frame.pointee.best_effort_timestamp
            if !overflow, rest > 0, rest <= max(stream.duration, typicalDuration) { return rest }
        }
        let own = frame.pointee.pkt_duration
        return own > 0 && Double(own) * timeBase.value < 3600 ? own : typicalDuration
    }

    private func describeEnd() -> String? {
        let expected = statedCount - video.hidden
        if video.endedEarly || (statedCount > 0 && decodedCount + video.damaged < expected * 49 / 50) {
            let of = statedCount > 0 ? " of \(expected)" : ""
            return "the video is cut short: \(decodedCount)\(of) frames could be read"
        }
        if let format = animation, !Self.isWhole(format, name) {
            return "the \(format.rawValue) is cut short: \(decodedCount) frames could be read"
        }
        let parts = [
            video.damaged > 0 ? "\(video.damaged) broken frames were left out" : nil,
            video.concealed > 0 ? "\(video.concealed) frames are shown with damage in them" : nil,
        ].compactMap { $0 }
        return parts.isEmpty ? nil : "the video is damaged: " + parts.joined(separator: ", ")
    }

    /// Whether an animation has the mark at its end, for formats whose readers do not miss it.
    private static func isWhole(_ format: PictureSignature, _ path: String) -> Bool {
        guard let file = try? MappedFile(path: path) else { return true }
        defer { withExtendedLifetime(file) {} }
        guard format == .animatedPNG else { return GIFStructure.isWhole(file.bytes) }
        var ended = false
        Chunks.eachOfPNG(file.bytes) { name, _ in
            ended = name == "IEND"
            return !ended
        }
        return ended
    }

    private static func free(_ frame: UnsafeMutablePointer<AVFrame>) {
        var freeing: UnsafeMutablePointer<AVFrame>? = frame
        av_frame_free(&freeing)
    }
}
