import CFFmpeg
import CJPEG
import CTIFF
import CWebP
import Files
import Foundation

extension Picture {
    /// Writes the picture as the path's extension says: `.png`, `.jpg` or `.jpeg` (quality 95, full color resolution),
    /// `.webp` (lossless), `.bmp` or `.tiff` (deflate). The file appears whole or not at all.
    ///
    /// - Parameters:
    ///   - overwrite: whether an existing file may be replaced.
    ///   - metadata: stored by PNG (title and comment), JPEG (comment), WebP and TIFF (XMP with both); BMP has no place for it.
    /// - Throws: `FileError` (output) for another extension, or when the file cannot be written.
    public func write(to path: String, overwrite: Bool = false, metadata: MediaMetadata = MediaMetadata()) throws {
        guard let format = PictureFormat(path: path) else { throw OutputFormat.unknownExtension(path) }
        try StagedOutput.write(try encoded(as: format, for: path, metadata: metadata), to: path, overwrite: overwrite)
    }

    /// The bytes of the picture's file.
    ///
    /// - Parameter path: where it will stand, for errors.
    /// - Throws: `FileError` (output) when it cannot be encoded.
    func encoded(as format: PictureFormat, for path: String, metadata: MediaMetadata) throws -> [UInt8] {
        switch format {
        case .jpeg: return try encodedJPEG(for: path, comment: metadata.comment)
        case .png:
            let encoder = try PictureEncoder(format, width: width, height: height, path: path)
            return PNGText.insert(metadata, into: try encoder.encode(self))
        case .tiff: return try encodedTIFF(for: path, metadata)
        case .webP, .bmp:
            let bytes = try PictureEncoder(format, width: width, height: height, path: path).encode(self)
            guard format == .webP, let packet = XMPPacket.text(metadata) else { return bytes }
            var size = 0
            return try Self.taken(webp_with_xmp(bytes, bytes.count, packet, &size), size, for: path)
        }
    }

    private func encodedTIFF(for path: String, _ metadata: MediaMetadata) throws -> [UInt8] {
        var size = 0
        let packet = XMPPacket.text(metadata)
        let bytes = pixels.withUnsafeBufferPointer { pixels in
            tiff_write_picture(pixels.baseAddress!, Int32(width), Int32(height), packet, &size)
        }
        return try Self.taken(bytes, size, for: path)
    }

    /// A library's bytes, which are freed.
    private static func taken(_ bytes: UnsafeMutablePointer<UInt8>?, _ size: Int, for path: String) throws -> [UInt8] {
        guard let bytes else { throw FileError(.output, path, "the picture could not be encoded; is there memory left?") }
        defer { free(bytes) }
        return Array(UnsafeBufferPointer(start: bytes, count: size))
    }

    /// The bytes of the picture as a PNG file.
    ///
    /// - Parameter path: where they will stand, for errors.
    /// - Throws: `FileError` (output) when it cannot be encoded.
    public func png(for path: String) throws -> [UInt8] { try encoded(as: .png, for: path, metadata: MediaMetadata()) }

    private func encodedJPEG(for path: String, comment: String?) throws -> [UInt8] {
        var bytes: UnsafeMutablePointer<UInt8>?
        var size = 0
        let outcome = pixels.withUnsafeBufferPointer {
            jpeg_write_picture($0.baseAddress!, Int32(width), Int32(height), 95, comment, &bytes, &size)
        }
        guard Int(outcome) == Int(JPEGFine.rawValue), let bytes else {
            throw FileError(.output, path, "a picture of \(width)x\(height) pixels cannot be a JPEG; write a PNG")
        }
        defer { free(bytes) }
        return Array(UnsafeBufferPointer(start: bytes, count: size))
    }
}
