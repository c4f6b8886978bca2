import Files
import Foundation
import Media

/// The videos in a folder and the folders in it, in the order of their names. Hidden files and links to folders are passed over.
public struct VideoFolder: Sendable {
    private static let extensions: Set<String> = [
        "mp4", "m4v", "mov", "mkv", "webm", "avi", "gif", "mpg", "mpeg", "ts", "flv", "wmv", "ogv", "3gp", "y4m",
    ]

    /// Videos, each with its path below the folder as its name. Those in a folder of the folder show the person that it is named
    /// after; others are each of a person of their own.
    public let clips: [EvaluationClip]
    /// The path of each clip's file.
    public let paths: [String]
    /// Paths, below the folder, of files that are no videos.
    public private(set) var leftOut: [String] = []

    /// What is wrong with videos that cannot be opened, and are left out.
    public private(set) var unreadable: [FileError] = []

    /// - Parameters:
    ///   - size: side of the frames in pixels.
    ///   - fit: how frames become square.
    /// - Throws: `FileError` (input) when it is no folder, cannot be read, or holds no videos that can be opened.
    public init(_ path: String, size: Int, fit: Fit) throws {
        var names: [String] = []
        for name in try Self.files(path, &leftOut) {
            let file = (path as NSString).appendingPathComponent(name)
            let isVideo = Self.extensions.contains((name as NSString).pathExtension.lowercased()) || MediaKind(ofFile: file) == .video
            if isVideo { names.append(name) } else { leftOut.append(name) }
        }
        var clips: [EvaluationClip] = [], paths: [String] = []
        for name in names.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
            let folder = name.contains("/") ? name.split(separator: "/").first.map(String.init) : nil
            let file = (path as NSString).appendingPathComponent(name)
            do {
                clips.append(
                    try EvaluationClip(
                        path: file, name: (name as NSString).deletingPathExtension,
                        identity: folder ?? name, size: size, fit: fit))
                paths.append(file)
            } catch let error as FileError where error.side == .input && !error.isOfTheMachine {
                unreadable.append(error)
            }
        }
        (self.clips, self.paths) = (clips, paths)
        if clips.isEmpty, let first = unreadable.first { throw first }
        guard !clips.isEmpty else {
            throw FileError(.input, path, "holds no videos; name a folder that does, or a data set that 'lia prepare' made")
        }
    }

    /// Paths below a folder of all files in it and in its folders. Names that are not UTF-8 lead nowhere; they are left out, by name.
    private static func files(_ folder: String, below: String = "", _ leftOut: inout [String]) throws -> [String] {
        let listing = try FolderListing((folder as NSString).appendingPathComponent(below))
        leftOut += listing.others.map { "\(below)\($0) (\(FolderListing.problem))" }
        var files: [String] = []
        for name in listing.names {
            let path = (folder as NSString).appendingPathComponent(below + name)
            var status = stat()
            guard lstat(path, &status) == 0 else { continue }
            switch status.st_mode & S_IFMT {
            case S_IFDIR: files += try Self.files(folder, below: "\(below)\(name)/", &leftOut)
            case S_IFLNK where stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR: continue
            default: files.append(below + name)
            }
        }
        return files
    }
}
