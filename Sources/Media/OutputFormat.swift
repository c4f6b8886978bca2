import Files
import Foundation

/// What a `VideoWriter` writes, told by the path.
enum OutputFormat: Equatable {
    case container(Container)
    case gif
    /// One frame.
    case picture
    /// A folder of numbered PNG files.
    case pictureFolder

    /// - Throws: `FileError` (output) for an unknown extension.
    init(path: String) throws {
        if path.hasSuffix("/") {
            self = .pictureFolder
            return
        }
        switch (path as NSString).pathExtension.lowercased() {
        case "mp4", "m4v": self = .container(.mp4)
        case "mov": self = .container(.mov)
        case "mkv": self = .container(.matroska)
        case "webm": self = .container(.webm)
        case "gif": self = .gif
        default:
            guard PictureFormat(path: path) != nil else { throw Self.unknownExtension(path) }
            self = .picture
        }
    }

    static func unknownExtension(_ path: String) -> FileError {
        let found = (path as NSString).pathExtension
        var error = FileError(
            .output, path,
            "expected a name that ends in .mp4, .mov, .mkv, .webm, .gif (videos), .png, .jpg, .webp, .bmp, .tiff "
                + "(one picture) or / (a folder of PNG frames), found \(found.isEmpty ? "no extension" : ".\(found)")")
        error.isOfTheName = true
        return error
    }
}
