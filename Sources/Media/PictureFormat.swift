import CFFmpeg
import Foundation

/// A kind of picture file that can be written.
enum PictureFormat {
    case png
    case jpeg
    case webP
    case bmp
    case tiff

    /// By the path's extension; nil for any other.
    init?(path: String) {
        switch (path as NSString).pathExtension.lowercased() {
        case "png": self = .png
        case "jpg", "jpeg": self = .jpeg
        case "webp": self = .webP
        case "bmp": self = .bmp
        case "tif", "tiff": self = .tiff
        default: return nil
        }
    }

    /// FFmpeg's encoder and the pixels it takes; JPEG and TIFF have libraries of their own.
    var encoder: (name: String, pixels: AVPixelFormat)? {
        switch self {
        case .png: return ("png", AV_PIX_FMT_RGB24)
        case .webP: return ("libwebp", AV_PIX_FMT_BGRA)
        case .bmp: return ("bmp", AV_PIX_FMT_BGR24)
        case .jpeg, .tiff: return nil
        }
    }
}
