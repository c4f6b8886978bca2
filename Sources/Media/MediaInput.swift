import CFFmpeg
import Files
import Foundation

/// An opened container: a video, a GIF, a picture in one of FFmpeg's formats, or sound. It reads its own bytes only: a
/// playlist, or a container that names other files or addresses, opens none of them.
final class MediaInput {
    /// What a file is opened for, as errors say it.
    enum Purpose: String {
        case pictures = "a picture or video"
        case sound = "sound"
    }

    /// The path as the user gave it.
    let name: String
    let context: UnsafeMutablePointer<AVFormatContext>
    private let io: UnsafeMutablePointer<AVIOContext>
    private let descriptor: Int32

    /// - Throws: `FileError` (input) when the file is absent, a folder, empty, text, of an unknown format, or damaged
    ///   where the container begins.
    convenience init(path: String, for purpose: Purpose = .pictures) throws {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw FileError.cannotRead(path) }
        do {
            var status = stat()
            guard fstat(descriptor, &status) == 0 else { throw FileError.cannotRead(path) }
            guard status.st_mode & S_IFMT != S_IFDIR else {
                throw FileError(.input, path, "expected \(purpose.rawValue), found a folder; name a file in it")
            }
            guard status.st_mode & S_IFMT == S_IFREG else {
                let isPipe = status.st_mode & S_IFMT == S_IFIFO
                let found = isPipe ? "a pipe; name a file, or - for standard input" : "a device; name a file"
                throw FileError(.input, path, "expected \(purpose.rawValue), found \(found)")
            }
            guard status.st_size > 0 else { throw FileError.emptyMedia(path, for: purpose) }
        } catch {
            close(descriptor)
            throw error
        }
        try self.init(name: path, descriptor: descriptor, io: media_open_descriptor(descriptor), for: purpose)
    }

    /// Reads from memory, which must outlive this object.
    ///
    /// - Throws: as `init(path:)` does.
    convenience init(bytes: UnsafeRawBufferPointer, name: String) throws {
        guard let start = bytes.baseAddress, bytes.count > 0 else { throw FileError.emptyMedia(name) }
        let io = media_open_bytes(start.assumingMemoryBound(to: UInt8.self), Int64(bytes.count))
        try self.init(name: name, descriptor: -1, io: io)
    }

    private init(name: String, descriptor: Int32, io: UnsafeMutablePointer<AVIOContext>?, for purpose: Purpose = .pictures) throws {
        media_quiet()
        media_clear_words()
        guard let io else {
            if descriptor >= 0 { close(descriptor) }
            throw FileError(.input, name, "cannot be read (not enough memory)")
        }
        do {
            context = try Self.openContainer(io, name: name, for: purpose)
        } catch {
            media_close_io(io)
            if descriptor >= 0 { close(descriptor) }
            throw error
        }
        self.name = name
        self.io = io
        self.descriptor = descriptor
    }

    deinit {
        var closing: UnsafeMutablePointer<AVFormatContext>? = context
        avformat_close_input(&closing)
        media_close_io(io)
        if descriptor >= 0 { close(descriptor) }
    }

    private static func openContainer(
        _ io: UnsafeMutablePointer<AVIOContext>, name: String, for purpose: Purpose
    ) throws -> UnsafeMutablePointer<AVFormatContext> {
        var beginning = [UInt8](repeating: 0, count: 512)
        let got = avio_read(io, &beginning, Int32(beginning.count))
        if media_read_errno(io) != 0 {
            errno = media_read_errno(io)
            throw FileError.cannotRead(name)
        }
        avio_seek(io, 0, SEEK_SET)
        beginning.removeLast(beginning.count - max(0, Int(got)))

        var format: UnsafePointer<AVInputFormat>?
        let probed = av_probe_input_buffer2(io, &format, "", nil, 0, 0)
        guard probed >= 0, let format else { throw FileError.unknownMedia(name, beginning: beginning, for: purpose) }
        let formatName = String(cString: format.pointee.name)
        guard selfContained.contains(formatName) else {
            if playlists.contains(formatName) {
                throw FileError(
                    .input, name,
                    "expected \(purpose.rawValue), found a playlist (\(formatName)), which is not followed; "
                        + "name the video file itself")
            }
            throw FileError.unknownMedia(name, beginning: beginning, for: purpose)
        }
        var opening = avformat_alloc_context()
        guard let allocated = opening else { throw FileError(.input, name, "cannot be read (not enough memory)") }
        allocated.pointee.pb = io
        media_refuse_other_files(allocated)
        guard avformat_open_input(&opening, "", format, nil) >= 0, let opened = opening else {
            let words = String(cString: media_last_words())
            if words.contains("moov atom not found") {
                throw FileError(
                    .input, name, "the video is cut short: its index (moov) at the end is missing; copy it again")
            }
            throw FileError.damagedMedia(name, what: "file", words: words)
        }
        readStreams(opened)
        return opened
    }

    /// Lets FFmpeg look at the first packets, under our limits: it may decode some.
    private static func readStreams(_ context: UnsafeMutablePointer<AVFormatContext>) {
        let count = Int(context.pointee.nb_streams)
        let options = UnsafeMutablePointer<OpaquePointer?>.allocate(capacity: count + 1)
        defer { options.deallocate() }
        for index in 0..<count {
            options[index] = nil
            av_dict_set(&options[index], "max_pixels", "\(Picture.pixelLimit)", 0)
            av_dict_set(&options[index], "threads", "1", 0)
        }
        // A failure here shows again, and clearer, when the first frame is decoded.
        avformat_find_stream_info(context, count > 0 ? options : nil)
        for index in 0..<count { av_dict_free(&options[index]) }
    }

    func stream(_ index: Int) -> UnsafeMutablePointer<AVStream> { context.pointee.streams[index]! }
    var streamCount: Int { Int(context.pointee.nb_streams) }

    /// The short name of the format, such as `gif`.
    var formatName: String { String(cString: context.pointee.iformat.pointee.name) }

    /// The video that a player would show; a cover picture of a song is none.
    var videoStream: UnsafeMutablePointer<AVStream>? {
        let index = av_find_best_stream(context, AVMEDIA_TYPE_VIDEO, -1, -1, nil, 0)
        guard index >= 0, stream(Int(index)).pointee.disposition & AV_DISPOSITION_ATTACHED_PIC == 0 else { return nil }
        return stream(Int(index))
    }

    /// The sound that a player would play.
    var audioStream: UnsafeMutablePointer<AVStream>? {
        let index = av_find_best_stream(context, AVMEDIA_TYPE_AUDIO, -1, -1, nil, 0)
        guard index >= 0, stream(Int(index)).pointee.codecpar.pointee.sample_rate > 0 else { return nil }
        return stream(Int(index))
    }

    /// How long the file says that a stream is, in seconds; nil where it does not say, or where that is guessed from the file's size.
    func statedSeconds(of stream: UnsafeMutablePointer<AVStream>) -> Double? {
        guard stream.pointee.duration != MediaNoTime else { return nil }
        let seconds = Double(stream.pointee.duration) * av_q2d(stream.pointee.time_base), rate = stream.pointee.codecpar.pointee.bit_rate
        // Of a WAV file that is cut short FFmpeg says how long what is left of it is.
        let missing = formatName == "wav" ? missingBytes : 0
        if rate > 0, missing > 0 { return seconds + 8 * Double(missing) / Double(rate) }
        return context.pointee.duration_estimation_method == AVFMT_DURATION_FROM_STREAM ? seconds : nil
    }

    /// How many bytes fewer a RIFF file has than its beginning says; 0 where that cannot be told, as of a pipe.
    private var missingBytes: Int64 {
        let size = avio_size(io), place = avio_seek(io, 0, SEEK_CUR)
        guard size > 8, io.pointee.seekable != 0, avio_seek(io, 4, SEEK_SET) == 4 else { return 0 }
        defer { avio_seek(io, place, SEEK_SET) }
        let stated = Int64(avio_rl32(io))
        // A writer that could not go back to its beginning leaves 0 or the highest number.
        return stated < UInt32.max ? max(0, stated + 8 - size) : 0
    }

    /// Skips the packets of all other streams.
    func keepOnly(_ kept: UnsafeMutablePointer<AVStream>) {
        for index in 0..<streamCount where stream(index) != kept { stream(index).pointee.discard = AVDISCARD_ALL }
    }

    /// Formats that hold all of their content in one file, pictures, videos and sound.
    private static let selfContained: Set<String> = [
        "mov,mp4,m4a,3gp,3g2,mj2", "matroska,webm", "avi", "gif", "apng", "mpegts", "mpeg", "mpegvideo", "m4v", "flv",
        "asf", "ogg", "h264", "hevc", "h263", "h261", "ivf", "mxf", "nut", "yuv4mpegpipe", "wtv", "rm", "dv", "av1",
        "obu", "vc1", "dirac", "mjpeg", "mpjpeg", "swf", "flic", "roq", "gxf", "smk", "bink", "nsv",
        "png_pipe", "webp_pipe", "bmp_pipe", "tiff_pipe", "jpeg_pipe", "pgm_pipe", "ppm_pipe", "pbm_pipe", "pam_pipe",
        "pfm_pipe", "qoi_pipe", "psd_pipe", "exr_pipe", "dpx_pipe", "j2k_pipe", "jpegls_pipe", "jpegxl_pipe",
        "sgi_pipe", "sunrast_pipe", "dds_pipe", "pcx_pipe",
        "mp3", "wav", "aac", "flac", "ac3", "eac3", "caf", "aiff", "w64", "amr", "au", "dts", "truehd",
    ]

    private static let playlists: Set<String> = [
        "hls", "concat", "dash", "sdp", "imf", "image2", "webm_dash_manifest", "rtsp", "ffmetadata", "vobsub",
    ]
}
