import Animation
import Files
import Foundation
import Media

/// The jobs of folders: every source by every driving video.
enum JobFolders {
    /// Whether a path is a folder.
    static func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }

    /// - Parameters:
    ///   - source: a folder of pictures and videos.
    ///   - driving: a folder of videos and motion files; a folder of pictures alone is one video, as any other path is; nil for edits.
    ///   - output: the folder for the results, named by both.
    /// - Throws: `FileError` (input) when there is nothing.
    static func rows(source: String, driving: String?, output: String) throws -> [BatchRow] {
        let sources = try media(in: source)
        guard !sources.isEmpty else { throw FileError(.input, source, "holds no picture or video") }
        let drivings = try driving.map { try drivingPaths($0) }
        var rows: [BatchRow] = [], taken: Set<String> = []
        for one in sources {
            for other in drivings.map({ $0.map(Optional.some) }) ?? [nil] {
                let stems = [one, other].compactMap { $0 }.map { (($0 as NSString).lastPathComponent as NSString).deletingPathExtension }
                let isStill = other == nil && MediaKind(ofFile: one) == .picture
                var name = stems.joined(separator: "-"), number = 2
                while !taken.insert(name).inserted { (name, number) = (stems.joined(separator: "-") + "-\(number)", number + 1) }
                let path = (output as NSString).appendingPathComponent(name + (isStill ? ".png" : ".mp4"))
                let place = [one, other].compactMap { $0 }.joined(separator: " by ")
                rows.append(BatchRow(place: place, source: one, driving: other, output: path, arguments: []))
            }
        }
        return rows
    }

    private static func drivingPaths(_ path: String) throws -> [String] {
        guard isFolder(path) else { return [path] }
        let videos = try files(in: path).filter { MotionReader.isMotion($0) || MediaKind(ofFile: $0) == .video }
        if !videos.isEmpty { return videos }
        guard try !media(in: path).isEmpty else { throw FileError(.input, path, "holds no video, picture or motion file") }
        return [path]
    }

    private static func media(in folder: String) throws -> [String] { try files(in: folder).filter { MediaKind(ofFile: $0) != nil } }

    /// Files, in the order of their names' bytes.
    private static func files(in folder: String) throws -> [String] {
        try FolderListing(folder).names.filter { !$0.hasPrefix(".") }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            .map { (folder as NSString).appendingPathComponent($0) }.filter { !isFolder($0) }
    }
}
