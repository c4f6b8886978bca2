import CHEIF
import Files
import Foundation

extension Picture {
    /// Reads the main picture of a HEIC or AVIF file in memory.
    ///
    /// - Parameters:
    ///   - name: what errors call it.
    ///   - remark: is told what was wrong although the picture was read.
    /// - Throws: `FileError` (input).
    static func decodeHEIF(_ bytes: UnsafeRawBufferPointer, name: String, remark: (String) -> Void) throws -> Picture {
        var result = heif_read_picture(
            bytes.baseAddress!.assumingMemoryBound(to: UInt8.self), bytes.count, Int64(pixelLimit), Int32(smallestSide))
        let (width, height) = (Int(result.width), Int(result.height))
        let words = withUnsafeBytes(of: &result.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        let what = "\(PictureSignature(bytes)?.rawValue ?? "HEIC") picture"
        guard result.outcome == Int32(HEIFFine.rawValue), let pixels = result.pixels else {
            switch UInt32(result.outcome) {
            case HEIFTooLarge.rawValue, HEIFTooSmall.rawValue:
                throw FileError.mediaSize(name, width: width, height: height) ?? FileError.damagedMedia(name, what: what, words: words)
            case HEIFNoMemory.rawValue: throw FileError(.input, name, "cannot be read (not enough memory)")
            case HEIFNoDecoder.rawValue:
                throw FileError(.input, name, "is a \(what) that cannot be decoded here (\(words)); export it as JPEG or PNG")
            default: throw FileError.damagedMedia(name, what: what, words: words)
            }
        }
        defer {
            free(pixels)
            free(result.alpha)
            free(result.profile)
        }
        if !words.isEmpty { remark("the \(what) is damaged (\(words)); what could be read is used") }
        let profile = UnsafeRawBufferPointer(start: result.profile, count: result.profileSize)
        let code = CodedColor(primaries: Int(result.primaries), transfer: Int(result.transfer))
        return Picture(width: width, height: height) { target in
            let rgb = target.baseAddress!, count = width * height
            bringToSRGB(pixels, rgb, count: count, profile: profile, code: result.hasCode != 0 ? code : nil, remark: remark)
            guard let alpha = result.alpha else { return }
            let narrow = (0..<count).map { UInt8((UInt32(alpha[$0]) * 255 + 32767) / 65535) }
            RawPicture.layOverWhite(rgb, narrow, count: count)
        }
    }

    /// Colors by the profile, or by the code where there is no profile that can be used.
    private static func bringToSRGB(
        _ source: UnsafePointer<UInt16>, _ target: UnsafeMutablePointer<UInt8>, count: Int, profile: UnsafeRawBufferPointer,
        code: CodedColor?, remark: (String) -> Void
    ) {
        if !profile.isEmpty {
            do {
                if ColorProfile.isForGrey(profile) {
                    for at in 0..<3 * count { target[at] = narrow(source[at]) }
                    try ColorProfile.apply(profile, to: target, width: count, height: 1, stride: 3 * count)
                    return
                }
                let opened = try ColorProfile(profile, for: .deepRGB)
                if !opened.isSRGB {
                    opened.convert(source, to: target, count: count)
                    return
                }
            } catch let problem as ColorProfile.Problem { remark(problem.warning) } catch {}
        }
        if let conversion = code?.conversion {
            conversion.convert(source, to: target, count: count)
        } else {
            for at in 0..<3 * count { target[at] = narrow(source[at]) }
        }
    }

    private static func narrow(_ value: UInt16) -> UInt8 { UInt8((UInt32(value) * 255 + 32767) / 65535) }
}
