import CTIFF
import Files
import Foundation

extension Picture {
    /// Reads the first picture of a TIFF file in memory.
    ///
    /// - Parameters:
    ///   - name: what errors call it.
    ///   - remark: is told what was wrong although the picture was read.
    /// - Throws: `FileError` (input).
    static func decodeTIFF(_ bytes: UnsafeRawBufferPointer, name: String, remark: (String) -> Void) throws -> Picture {
        var result = tiff_read_picture(
            bytes.baseAddress!.assumingMemoryBound(to: UInt8.self), bytes.count, Int64(pixelLimit), Int32(smallestSide))
        let (width, height) = (Int(result.width), Int(result.height))
        guard result.outcome == Int32(TIFFFine.rawValue), let pixels = result.pixels else {
            let words = withUnsafeBytes(of: &result.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            switch UInt32(result.outcome) {
            case TIFFTooLarge.rawValue, TIFFTooSmall.rawValue:
                if let error = FileError.mediaSize(name, width: width, height: height) { throw error }
                throw FileError.damagedMedia(name, what: "TIFF picture", words: words)
            case TIFFNoMemory.rawValue: throw FileError(.input, name, "cannot be read (not enough memory)")
            case TIFFUnknownKind.rawValue: throw FileError(.input, name, "is \(words), which is not read here; export it as PNG")
            default: throw FileError.damagedMedia(name, what: "TIFF picture", words: words)
            }
        }
        defer {
            free(pixels)
            free(result.alpha)
            free(result.profile)
        }
        let raw = RawPicture(
            width: width, height: height, channels: Int(result.channels), pixels: pixels, alpha: result.alpha,
            orientation: Orientation(rawValue: Int(result.orientation)) ?? .upright)
        return raw.picture(profile: Array(UnsafeBufferPointer(start: result.profile, count: result.profileSize)), remark: remark)
    }
}
