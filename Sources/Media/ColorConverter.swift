import CFFmpeg
import Files

/// Turns decoded frames of any pixel format into RGB pictures. Kept between frames, because scalers are costly to make;
/// a change of size or format in mid-stream makes a new one.
final class ColorConverter {
    private struct Setup: Equatable {
        var width: Int32
        var height: Int32
        var format: Int32
        var matrix: Int32
        var full: Bool
        var deep: Bool
    }

    /// Bytes that are kept from frame to frame.
    private final class Room {
        private var start: UnsafeMutablePointer<UInt8>?
        private var size = 0

        deinit { start?.deallocate() }

        func bytes(_ count: Int) -> UnsafeMutablePointer<UInt8> {
            if size < count {
                start?.deallocate()
                start = .allocate(capacity: count)
                size = count
            }
            return start!
        }
    }

    private let name: String
    private var setup: Setup?
    private var scaler: OpaquePointer?
    private let scratch = Room(), planes = Room()
    /// What was needed last to bring colors to sRGB.
    private var conversion: (color: CodedColor, by: CodedConversion?)?
    /// Rows of 16-bit RGB on the way to sRGB.
    private var deepPixels: [UInt16] = []

    /// - Parameter name: the path for errors.
    init(name: String) { self.name = name }

    deinit {
        sws_freeContext(scaler)
    }

    /// The frame as sRGB, laid over white where it is transparent, turned upright.
    ///
    /// - Parameters:
    ///   - color: what is known of its colors besides what the frame says; it counts more than a color profile.
    ///   - remark: is told of a color profile that cannot be used.
    /// - Throws: `FileError` (input) when the frame is out of the limits of size or of a format without conversion.
    func picture(
        from frame: UnsafeMutablePointer<AVFrame>, orientation: Orientation, color: CodedColor? = nil, remark: (String) -> Void = { _ in }
    ) throws -> Picture {
        let width = Int(frame.pointee.width)
        let height = Int(frame.pointee.height)
        if let error = FileError.mediaSize(name, width: width, height: height) { throw error }
        let format = AVPixelFormat(rawValue: frame.pointee.format)
        let profile = color == nil ? Self.profile(of: frame) : nil
        let coded = profile == nil ? conversion(of: color ?? Self.color(of: frame)) : nil
        if format == AV_PIX_FMT_RGB24, profile == nil, coded == nil {
            return orientation.apply(
                media_plane(frame, 0), width: width, height: height, stride: Int(media_stride(frame, 0)))
        }
        // Rows are padded, because the scaler's vector code may write past a row's end.
        let stride = (width * 3 + 127) & ~63
        let rgb = scratch.bytes(stride * height + 64)
        guard let described = av_pix_fmt_desc_get(format)?.pointee else { throw unconvertible("an unknown format") }
        let flags = described.flags
        let exotic = UInt64(AV_PIX_FMT_FLAG_BAYER | AV_PIX_FMT_FLAG_FLOAT | AV_PIX_FMT_FLAG_HWACCEL)
        var hasAlpha = flags & UInt64(AV_PIX_FMT_FLAG_ALPHA) != 0
        if let coded {
            try convert(coded, frame, format, rgb, stride)
        } else if flags & UInt64(AV_PIX_FMT_FLAG_PAL) != 0 {
            readPalette(frame, rgb, stride)
            hasAlpha = false
        } else if flags & exotic == 0, format != AV_PIX_FMT_XYZ12LE, format != AV_PIX_FMT_XYZ12BE,
            flags & UInt64(AV_PIX_FMT_FLAG_RGB) != 0 || described.nb_components <= 2
        {
            readComponents(frame, described, rgb, stride)
        } else {
            try scale(frame, format, rgb, stride)
        }
        if let profile {
            do {
                try ColorProfile.apply(profile, to: rgb, width: width, height: height, stride: stride)
            } catch let problem as ColorProfile.Problem {
                remark(problem.warning)
            } catch {}
        }
        if hasAlpha {
            let depths = [described.comp.0.depth, described.comp.1.depth, described.comp.2.depth, described.comp.3.depth]
            let last = Int(described.nb_components) - 1
            layOverWhite(frame, component: Int32(last), depth: Int(depths[last]), rgb, stride)
        }
        return orientation.apply(rgb, width: width, height: height, stride: stride)
    }

    private func unconvertible(_ format: String) -> FileError {
        FileError(.input, name, "its pixels are in \(format), which cannot be converted; export it as PNG or H.264")
    }

    @inline(__always)
    private static func overWhite(_ value: UInt8, _ alpha: Int) -> UInt8 {
        UInt8((Int(value) * alpha + 255 * (255 - alpha) + 127) / 255)
    }

    private func readPalette(_ frame: UnsafeMutablePointer<AVFrame>, _ rgb: UnsafeMutablePointer<UInt8>, _ stride: Int) {
        var colors = [UInt8](repeating: 0, count: 768)
        UnsafeRawPointer(media_plane(frame, 1)).withMemoryRebound(to: UInt32.self, capacity: 256) { palette in
            for entry in 0..<256 {
                let color = palette[entry]
                for channel in 0..<3 {
                    let value = UInt8(truncatingIfNeeded: color >> (16 - 8 * channel))
                    colors[entry * 3 + channel] = Self.overWhite(value, Int(color >> 24))
                }
            }
        }
        let width = Int(frame.pointee.width)
        colors.withUnsafeBufferPointer { colors in
            for y in 0..<Int(frame.pointee.height) {
                let source = media_plane(frame, 0)! + y * Int(media_stride(frame, 0))
                let target = rgb + y * stride
                for x in 0..<width {
                    let color = colors.baseAddress! + Int(source[x]) * 3
                    target[x * 3] = color[0]
                    target[x * 3 + 1] = color[1]
                    target[x * 3 + 2] = color[2]
                }
            }
        }
    }

    /// Grey and RGB of any depth and layout, exactly.
    private func readComponents(
        _ frame: UnsafeMutablePointer<AVFrame>, _ format: AVPixFmtDescriptor, _ rgb: UnsafeMutablePointer<UInt8>,
        _ stride: Int
    ) {
        let width = Int(frame.pointee.width)
        let line = UnsafeMutablePointer<UInt16>.allocate(capacity: width)
        defer { line.deallocate() }
        let hasAlpha = format.flags & UInt64(AV_PIX_FMT_FLAG_ALPHA) != 0
        let colors = Int(format.nb_components) - (hasAlpha ? 1 : 0)
        let depths = [format.comp.0.depth, format.comp.1.depth, format.comp.2.depth, format.comp.3.depth].map(Int.init)
        let inverted = frame.pointee.format == AV_PIX_FMT_MONOWHITE.rawValue
        let limited = colors == 1 && frame.pointee.color_range == AVCOL_RANGE_MPEG
        for y in 0..<Int(frame.pointee.height) {
            let target = rgb + y * stride
            for channel in 0..<colors {
                media_read_component(frame, line, Int32(y), Int32(channel))
                let largest = (1 << depths[channel]) - 1
                var out = target + channel
                for x in 0..<width {
                    var value = largest == 255 ? Int(line[x]) : (Int(line[x]) * 255 + largest / 2) / largest
                    if limited { value = min(255, max(0, ((value - 16) * 255 + 109) / 219)) }
                    out[0] = UInt8(truncatingIfNeeded: inverted ? 255 - value : value)
                    out += 3
                }
            }
            if colors == 1 {
                for x in 0..<width {
                    target[x * 3 + 1] = target[x * 3]
                    target[x * 3 + 2] = target[x * 3]
                }
            }
        }
    }

    private func layOverWhite(
        _ frame: UnsafeMutablePointer<AVFrame>, component: Int32, depth: Int, _ rgb: UnsafeMutablePointer<UInt8>,
        _ stride: Int
    ) {
        let width = Int(frame.pointee.width)
        let largest = (1 << depth) - 1
        let line = UnsafeMutablePointer<UInt16>.allocate(capacity: width)
        defer { line.deallocate() }
        for y in 0..<Int(frame.pointee.height) {
            media_read_component(frame, line, Int32(y), component)
            let target = rgb + y * stride
            for x in 0..<width where Int(line[x]) != largest {
                let alpha = (Int(line[x]) * 255 + largest / 2) / largest
                for channel in 0..<3 { target[x * 3 + channel] = Self.overWhite(target[x * 3 + channel], alpha) }
            }
        }
    }

    /// What the frame says of its colors. Decoders of pictures leave it out where it is sRGB.
    private static func color(of frame: UnsafeMutablePointer<AVFrame>) -> CodedColor {
        CodedColor(primaries: Int(frame.pointee.color_primaries.rawValue), transfer: Int(frame.pointee.color_trc.rawValue))
    }

    private static func profile(of frame: UnsafeMutablePointer<AVFrame>) -> UnsafeRawBufferPointer? {
        guard let side = av_frame_get_side_data(frame, AV_FRAME_DATA_ICC_PROFILE), side.pointee.size > 0 else { return nil }
        return UnsafeRawBufferPointer(start: side.pointee.data, count: Int(side.pointee.size))
    }

    private func conversion(of color: CodedColor) -> CodedConversion? {
        if conversion?.color != color { conversion = (color, color.conversion) }
        return conversion?.by
    }

    /// Colors that are not sRGB, by way of 16 bits.
    private func convert(
        _ coded: CodedConversion, _ frame: UnsafeMutablePointer<AVFrame>, _ format: AVPixelFormat, _ rgb: UnsafeMutablePointer<UInt8>,
        _ stride: Int
    ) throws {
        let width = Int(frame.pointee.width), height = Int(frame.pointee.height)
        // Rows are padded, because the scaler's vector code may write past a row's end.
        let values = (width * 3 + 63) & ~31
        if deepPixels.count < values * height + 64 { deepPixels = [UInt16](repeating: 0, count: values * height + 64) }
        try deepPixels.withUnsafeMutableBytes {
            try scale(frame, format, $0.baseAddress!.assumingMemoryBound(to: UInt8.self), values * 2, deep: true)
        }
        deepPixels.withUnsafeBufferPointer { deep in
            for y in 0..<height { coded.convert(deep.baseAddress! + y * values, to: rgb + y * stride, count: width) }
        }
    }

    /// - Parameter deep: whether the target is 16-bit RGB rather than 8-bit.
    private func scale(
        _ frame: UnsafeMutablePointer<AVFrame>, _ format: AVPixelFormat, _ rgb: UnsafeMutablePointer<UInt8>,
        _ stride: Int, deep: Bool = false
    ) throws {
        var plain = format
        var full = frame.pointee.color_range == AVCOL_RANGE_JPEG
        // The deprecated formats that mean full range by their name.
        let fullFormats: [(AVPixelFormat, AVPixelFormat)] = [
            (AV_PIX_FMT_YUVJ420P, AV_PIX_FMT_YUV420P), (AV_PIX_FMT_YUVJ422P, AV_PIX_FMT_YUV422P),
            (AV_PIX_FMT_YUVJ444P, AV_PIX_FMT_YUV444P), (AV_PIX_FMT_YUVJ440P, AV_PIX_FMT_YUV440P),
            (AV_PIX_FMT_YUVJ411P, AV_PIX_FMT_YUV411P),
        ]
        if let pair = fullFormats.first(where: { $0.0 == format }) { (plain, full) = (pair.1, true) }
        let wanted = Setup(
            width: frame.pointee.width, height: frame.pointee.height, format: plain.rawValue,
            matrix: Self.matrix(of: frame), full: full, deep: deep)
        if wanted != setup {
            sws_freeContext(scaler)
            setup = nil
            let flags = SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT | SWS_FULL_CHR_H_INP
            scaler = sws_getContext(
                wanted.width, wanted.height, plain, wanted.width, wanted.height, deep ? AV_PIX_FMT_RGB48LE : AV_PIX_FMT_GBRP,
                flags, nil, nil, nil)
            guard let scaler else { throw unconvertible(String(cString: av_get_pix_fmt_name(format))) }
            media_set_colors(scaler, wanted.matrix, full ? 1 : 0, wanted.matrix, 1)
            setup = wanted
        }
        let height = frame.pointee.height, rows: Int32
        if deep {
            rows = media_scale_to_rgb(scaler, frame, rgb, Int32(stride))
        } else {
            // To planes the scaler has vector code, and to pixels none: the same values in a third of the time.
            let planeStride = (Int(frame.pointee.width) + 127) & ~63, room = planes.bytes(3 * planeStride * Int(height) + 64)
            rows = media_scale_by_planes(scaler, frame, room, Int32(planeStride), rgb, Int32(stride))
        }
        guard rows == height else {
            throw unconvertible(String(cString: av_get_pix_fmt_name(format)))
        }
    }

    /// The frame's YCbCr matrix; where it is not stated, that of the frame's size: BT.709 for high definition, else
    /// BT.601.
    private static func matrix(of frame: UnsafeMutablePointer<AVFrame>) -> Int32 {
        switch frame.pointee.colorspace {
        case AVCOL_SPC_BT709: return SWS_CS_ITU709
        case AVCOL_SPC_FCC: return SWS_CS_FCC
        case AVCOL_SPC_BT470BG, AVCOL_SPC_SMPTE170M: return SWS_CS_ITU601
        case AVCOL_SPC_SMPTE240M: return SWS_CS_SMPTE240M
        case AVCOL_SPC_BT2020_NCL, AVCOL_SPC_BT2020_CL: return SWS_CS_BT2020
        default: return frame.pointee.width >= 1280 || frame.pointee.height >= 720 ? SWS_CS_ITU709 : SWS_CS_ITU601
        }
    }
}
