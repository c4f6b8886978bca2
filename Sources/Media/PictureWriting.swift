import CFFmpeg
import CJPEG
import Files
import Foundation

extension Picture {
    /// Writes the picture as the path's extension says: `.png`, `.jpg` or `.jpeg` (quality 95, full color resolution),
    /// `.webp` (lossless), `.bmp` or `.tiff`. The file appears whole or not at all.
    ///
    /// - Parameters:
    ///   - overwrite: whether an existing file may be replaced.
    ///   - metadata: stored by PNG (title and comment) and JPEG (comment).
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
        case .webP, .bmp, .tiff:
            return try PictureEncoder(format, width: width, height: height, path: path).encode(self)
        }
    }

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
