import CFFmpeg
import Files
import Foundation

extension Picture {
    /// Reads a picture file of any format, or the first frame of a video or GIF; its content decides the format, not
    /// its name. Its colors are brought to sRGB, as its color profile or code says; it is turned as its Exif orientation or
    /// display matrix says, and laid over white where it is transparent.
    ///
    /// - Parameter remark: is told in a line what was wrong although the picture was read; `MediaRemarks` is by default.
    /// - Throws: `FileError` (input) when the file is absent, a folder, empty, no picture, cut short or damaged, has
    ///   more than `pixelLimit` pixels or fewer than `smallestSide` on a side.
    public static func read(_ path: String, remark: ((String) -> Void)? = nil) throws -> Picture {
        if let kind = try signature(ofFile: path), kind.isOnePicture || kind == .animatedWebP {
            let file = try MappedFile(path: path)
            defer { withExtendedLifetime(file) {} }
            return try decode(file.bytes, name: path, remark: remark)
        }
        return try firstFrame(of: try MediaInput(path: path), remark: remark ?? { MediaRemarks.note(path, $0) })
    }

    /// Reads a picture from a file's content in memory.
    ///
    /// - Parameters:
    ///   - name: what errors call it.
    ///   - remark: as `read` has it.
    /// - Throws: `FileError` (input) as `read` does.
    public static func decode(_ bytes: [UInt8], name: String, remark: ((String) -> Void)? = nil) throws -> Picture {
        try bytes.withUnsafeBytes { try decode($0, name: name, remark: remark) }
    }

    /// Reads a picture from a file's content in memory.
    ///
    /// - Parameters:
    ///   - name: what errors call it.
    ///   - remark: as `read` has it.
    /// - Throws: `FileError` (input) as `read` does.
    public static func decode(_ bytes: UnsafeRawBufferPointer, name: String, remark: ((String) -> Void)? = nil) throws -> Picture {
        let note = remark ?? { MediaRemarks.note(name, $0) }
        switch PictureSignature(bytes) {
        case .jpeg: return try decodeJPEG(bytes, name: name, remark: note)
        case .tiff: return try decodeTIFF(bytes, name: name, remark: note)
        case .heic, .avif: return try decodeHEIF(bytes, name: name, remark: note)
        case .png: return try decodePNG(bytes, name: name, remark: note)
        case .webP: return try decodeWhole(bytes, AV_CODEC_ID_WEBP, name: name, remark: note)
        case .animatedWebP:
            let frames = try WebPFrames(bytes, name: name)
            if let warning = frames.warning { note(warning) }
            return try frames.next()!.picture
        case .bmp: return try decodeWhole(bytes, AV_CODEC_ID_BMP, name: name, remark: note)
        case .qoi: return try decodeWhole(bytes, AV_CODEC_ID_QOI, name: name, remark: note)
        default: return try firstFrame(of: try MediaInput(bytes: bytes, name: name), remark: note)
        }
    }

    /// What the file begins with; nil when it is no known picture (a video, a folder, nothing).
    static func signature(ofFile path: String) throws -> PictureSignature? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw FileError.cannotRead(path) }
        defer { close(descriptor) }
        var beginning = [UInt8](repeating: 0, count: 65536)
        let got = Foundation.read(descriptor, &beginning, beginning.count)
        return got > 0
            ? beginning.withUnsafeBytes { PictureSignature(UnsafeRawBufferPointer(rebasing: $0[..<got])) } : nil
    }

    private static func firstFrame(of input: MediaInput, remark: (String) -> Void) throws -> Picture {
        // A video with a broken beginning still has a first good frame; a picture with a broken part is broken.
        let strict = input.formatName == "gif" || input.formatName.hasSuffix("_pipe")
        let video = try VideoDecoder(input, strict: strict)
        guard let frame = try video.next() else {
            throw FileError.decoding(input.name, what: strict ? "picture" : "video")
        }
        return try ColorConverter(name: input.name).picture(
            from: frame, orientation: video.orientation(of: frame), remark: remark
        )
        .withSquarePixels(frame.pointee.sample_aspect_ratio, turned: video.orientation(of: frame).swapsSides)
    }

    /// The picture as it is to be seen when its pixels are `aspect` times as wide as high.
    func withSquarePixels(_ aspect: AVRational, turned: Bool) -> Picture {
        guard let aspect = Rational(aspect), aspect.numerator != aspect.denominator else { return self }
        let ratio = turned ? aspect.inverse.value : aspect.value
        // What claims more than this is a mistake.
        guard ratio > 0.2, ratio < 5 else { return self }
        let wide = ratio > 1 ? Int((Double(width) * ratio).rounded()) : width
        let high = ratio < 1 ? Int((Double(height) / ratio).rounded()) : height
        return wide * high <= Self.pixelLimit ? resized(width: wide, height: high) : self
    }

    /// A PNG file: parts that its pixels do without may be damaged.
    private static func decodePNG(_ bytes: UnsafeRawBufferPointer, name: String, remark: (String) -> Void) throws -> Picture {
        let cleaned = PNGParts.withoutDamage(bytes)
        let left = cleaned ?? (kept: [], names: [])
        func decode(_ content: UnsafeRawBufferPointer) throws -> Picture {
            try decodeWhole(content, AV_CODEC_ID_PNG, name: name, color: PNGParts.color(content), remark: remark)
        }
        do {
            let picture = try cleaned == nil ? decode(bytes) : left.kept.withUnsafeBytes(decode)
            if cleaned != nil { remark(PNGParts.warning(left.names)) }
            return picture
        } catch let error as FileError {
            // A part may be whole and senseless.
            let (needed, names) = PNGParts.onlyNeeded(bytes)
            guard !names.isEmpty, let picture = try? needed.withUnsafeBytes(decode) else { throw error }
            remark(PNGParts.warning(names))
            return picture
        }
    }

    /// A format whose decoder takes a whole file as one packet.
    ///
    /// - Parameter color: what the file says of its colors in a way that the decoder does not know.
    private static func decodeWhole(
        _ bytes: UnsafeRawBufferPointer, _ codec: AVCodecID, name: String, color: CodedColor? = nil, remark: (String) -> Void
    ) throws -> Picture {
        media_quiet()
        let kind = PictureSignature(bytes)!
        let what = "\(kind.rawValue) picture"
        guard isWhole(bytes, kind) else { throw FileError.damagedMedia(name, what: what, words: "its end is missing") }
        let decoder = try Decoder(name: name, codec: codec, strict: true)
        var packet = av_packet_alloc()
        defer { av_packet_free(&packet) }
        guard let packet, bytes.count < Int(Int32.max), av_new_packet(packet, Int32(bytes.count)) >= 0 else {
            throw FileError(.input, name, "cannot be read (not enough memory)")
        }
        memcpy(packet.pointee.data, bytes.baseAddress!, bytes.count)
        guard decoder.send(packet) >= 0, decoder.send(nil) >= 0, decoder.receive() >= 0, media_is_damaged(decoder.frame) == 0
        else { throw FileError.decoding(name, what: what) }
        return try ColorConverter(name: name).picture(
            from: decoder.frame, orientation: orientation(of: bytes, kind), color: color, remark: remark)
    }

    /// Whether the bytes reach as far as their own headers say; some decoders fill in what is missing.
    private static func isWhole(_ bytes: UnsafeRawBufferPointer, _ kind: PictureSignature) -> Bool {
        switch kind {
        case .png:
            var ended = false
            Chunks.eachOfPNG(bytes) { name, _ in
                ended = name == "IEND"
                return !ended
            }
            return ended
        case .webP:
            return (0..<4).reduce(0) { $0 | Int(bytes[4 + $1]) << (8 * $1) } <= bytes.count - 8
        default:
            return true
        }
    }

    private static func orientation(of bytes: UnsafeRawBufferPointer, _ kind: PictureSignature) -> Orientation {
        var found = Orientation.upright
        switch kind {
        case .png:
            Chunks.eachOfPNG(bytes) { name, content in
                if name == "eXIf" { found = Orientation(exif: content) }
                return true
            }
        case .webP:
            Chunks.eachOfRIFF(bytes) { name, content in
                // Some writers keep the prefix that belongs to JPEG.
                let prefixed = content.count > 6 && content.prefix(6).elementsEqual(Array("Exif\0\0".utf8))
                if name == "EXIF" {
                    found = Orientation(exif: prefixed ? UnsafeRawBufferPointer(rebasing: content[6...]) : content)
                }
                return true
            }
        default: break
        }
        return found
    }
}
