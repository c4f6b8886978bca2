import CJPEG
import Files
import Foundation

extension Picture {
    /// Reads a JPEG file in memory.
    ///
    /// - Parameters:
    ///   - name: what errors call it.
    ///   - remark: is told what was wrong although the picture was read.
    /// - Throws: `FileError` (input).
    static func decodeJPEG(_ bytes: UnsafeRawBufferPointer, name: String, remark: (String) -> Void) throws -> Picture {
        var result = jpeg_read_picture(
            bytes.baseAddress!.assumingMemoryBound(to: UInt8.self), bytes.count, Int64(pixelLimit), Int32(smallestSide))
        let (width, height) = (Int(result.width), Int(result.height))
        guard Int(result.outcome) == Int(JPEGFine.rawValue), let pixels = result.pixels else {
            if let error = FileError.mediaSize(name, width: max(1, width), height: max(1, height)), width > 0 {
                throw error
            }
            let words = withUnsafeBytes(of: &result.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            throw FileError.damagedMedia(name, what: "JPEG picture", words: words)
        }
        defer { free(pixels) }
        if result.endIsMissing != 0 { remark("the JPEG picture lacks its end marker; all of its pixels are there") }
        let exif = UnsafeRawBufferPointer(start: result.exif, count: result.exif == nil ? 0 : result.exifSize)
        let raw = RawPicture(
            width: width, height: height, channels: Int(result.channels), pixels: pixels, alpha: nil, orientation: Orientation(exif: exif))
        return raw.picture(profile: JPEGSegments.profile(bytes), remark: remark)
    }
}
