import Animation
import Files
import Foundation
import Media
import Networks

/// What a folder holds for jobs, by the files' content. Hidden files and folders in it are ignored.
struct JobFolder {
    /// Paths of pictures and videos, in the order of their names' bytes.
    private(set) var media: [String] = []
    /// Paths of videos, motion files and motion templates.
    private(set) var moving: [String] = []
    private(set) var pictures: [String] = []
    private(set) var motions: [String] = []
    /// Files that are none of these, or cannot be read.
    private(set) var leftOut: [LeftOutFile] = []

    /// - Throws: `FileError` (input) when the folder cannot be read.
    init(_ folder: String) throws {
        let listing = try FolderListing(folder)
        for name in listing.names.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
            let path = (folder as NSString).appendingPathComponent(name)
            guard !JobFolders.isFolder(path) else { continue }
            guard !MotionReader.isMotion(path), !MotionClip.isClip(path) else {
                motions.append(path)
                moving.append(path)
                continue
            }
            switch MediaKind(ofFile: path) {
            case .picture:
                media.append(path)
                pictures.append(path)
            case .video:
                media.append(path)
                moving.append(path)
            case nil: leftOut.append(LeftOutFile(file: path, reason: Self.problem(path)))
            }
        }
        for name in listing.others.sorted() {
            leftOut.append(LeftOutFile(file: (folder as NSString).appendingPathComponent(name), reason: FolderListing.problem))
        }
    }

    /// Why a file cannot be read.
    private static func problem(_ path: String) -> String {
        do {
            _ = try FrameReader(path)
        } catch let error as FileError {
            return error.problem
        } catch {}
        return "is no picture and no video"
    }
}
