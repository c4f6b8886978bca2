import Files
import Media
import Networks
import Tensors

/// What drives an animation: a video whose frames are yet to be encoded, or a file of motion.
enum DrivingInput {
    case video(FrameReader)
    case motion(MotionReader)
    /// Motion in a file of the model's family.
    case clip(ClipReader)
    /// What speech adds to the portrait's own motion.
    case speech(SpokenReader)

    /// A frame's picture, or its motion.
    enum Content {
        case picture(Picture)
        case motion(Tensor)
    }

    /// The content decides what the file is, not its name.
    ///
    /// - Parameter model: what is driven.
    /// - Throws: `FileError` (input).
    init(_ path: String, for model: PortraitModel) throws {
        if MotionReader.isMotion(path) {
            self = .motion(try MotionReader(path))
        } else if MotionClip.isClip(path) {
            guard let clip = try (model.network as? any VideoDriven)?.clip(at: path) else {
                throw FileError(
                    .input, path,
                    "is a Python pickle, such as LivePortrait's motion templates, which model \(model.name) does not read; choose a model "
                        + "of that family, or the video that it was made from")
            }
            self = .clip(ClipReader(clip))
        } else {
            self = .video(try FrameReader(path))
        }
    }

    /// Frames a second.
    var frameRate: Rational {
        switch self {
        case .video(let reader): return reader.frameRate
        case .motion(let reader): return reader.header.frameRate
        case .clip(let reader): return reader.rate
        case .speech(let reader): return reader.motion.rate
        }
    }

    /// Seconds a tick.
    var timeBase: Rational {
        switch self {
        case .video(let reader): return reader.timeBase
        case .motion(let reader): return reader.header.timeBase
        case .clip(let reader): return Rational(reader.rate.denominator, reader.rate.numerator)
        case .speech(let reader): return Rational(reader.motion.rate.denominator, reader.motion.rate.numerator)
        }
    }

    /// Width of the first frame, in pixels; nil for motion.
    var width: Int? {
        guard case .video(let reader) = self else { return nil }
        return reader.width
    }

    /// Height of the first frame, in pixels; nil for motion.
    var height: Int? {
        guard case .video(let reader) = self else { return nil }
        return reader.height
    }

    /// As far as the container says.
    var frameCount: Int? {
        switch self {
        case .video(let reader): return reader.frameCount
        case .motion(let reader): return reader.frameCount
        case .clip(let reader): return reader.clip.frames.count
        case .speech(let reader): return reader.motion.amounts.count
        }
    }

    var isStill: Bool {
        switch self {
        case .video(let reader): return reader.isStill
        case .motion(let reader): return reader.frameCount == 1
        case .clip(let reader): return reader.clip.frames.count == 1
        case .speech(let reader): return reader.motion.amounts.count == 1
        }
    }

    /// Known at the end.
    var warning: String? {
        guard case .video(let reader) = self else { return nil }
        return reader.warning
    }

    /// The sound from `start`, in seconds since the first frame; motion has none.
    func audio(from start: Double) -> AudioSource? {
        switch self {
        case .video(let reader): return reader.audio(from: start)
        case .speech(let reader): return AudioSource(path: reader.motion.path, start: start, origin: reader.motion.origin)
        case .motion, .clip: return nil
        }
    }

    /// The next frame; nil at the end.
    func next() throws -> (content: Content, time: Int64, duration: Int64)? {
        switch self {
        case .video(let reader): return try reader.next().map { (.picture($0.picture), $0.time, $0.duration) }
        case .motion(let reader): return reader.next().map { (.motion($0.magnitudes), $0.time, $0.duration) }
        case .clip(let reader): return reader.next()
        case .speech(let reader): return reader.next()
        }
    }
}
