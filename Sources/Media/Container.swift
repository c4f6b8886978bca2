import CFFmpeg

/// A file format that holds a video and its sound.
enum Container: String {
    case mp4
    case mov
    case matroska
    case webm

    /// H.264, which needs even sizes at 4:2:0 color resolution; WebM takes VP9.
    var isH264: Bool { self != .webm }
    /// Times are stored in ticks of our choice; Matroska's are milliseconds.
    var isMovie: Bool { self == .mp4 || self == .mov }

    /// Whether players take sound of this codec in this container as it is.
    func carries(_ codec: AVCodecID) -> Bool {
        switch self {
        case .mp4:
            return [AV_CODEC_ID_AAC, AV_CODEC_ID_MP3, AV_CODEC_ID_AC3, AV_CODEC_ID_EAC3, AV_CODEC_ID_ALAC].contains(
                codec)
        case .mov:
            return [
                AV_CODEC_ID_AAC, AV_CODEC_ID_MP3, AV_CODEC_ID_AC3, AV_CODEC_ID_EAC3, AV_CODEC_ID_ALAC,
                AV_CODEC_ID_PCM_S16LE, AV_CODEC_ID_PCM_S24LE,
            ].contains(codec)
        case .matroska:
            return [
                AV_CODEC_ID_AAC, AV_CODEC_ID_MP3, AV_CODEC_ID_AC3, AV_CODEC_ID_EAC3, AV_CODEC_ID_OPUS,
                AV_CODEC_ID_VORBIS, AV_CODEC_ID_FLAC, AV_CODEC_ID_PCM_S16LE,
            ].contains(codec)
        case .webm: return [AV_CODEC_ID_OPUS, AV_CODEC_ID_VORBIS].contains(codec)
        }
    }

    /// FFmpeg's names of the encoders for sound that has to be encoded anew, the best first.
    var audioEncoders: [String] { self == .webm ? ["libopus", "libvorbis"] : ["aac"] }
}
