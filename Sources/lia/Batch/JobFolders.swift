import Files
import Foundation
import Media

/// The jobs of folders: every source by every driving video.
struct JobFolders {
    private(set) var rows: [BatchRow] = []
    /// Files of the folders that no job takes.
    private(set) var leftOut: [LeftOutFile] = []

    /// Whether a path is a folder.
    static func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }

    /// Whether a path is a folder of videos and motion files without pictures, which is no video itself.
    static func holdsVideosOnly(_ path: String) -> Bool {
        guard isFolder(path), let content = try? JobFolder(path) else { return false }
        return !content.moving.isEmpty && content.pictures.isEmpty
    }

    /// - Parameters:
    ///   - source: a folder of pictures and videos; one of them where it is no folder.
    ///   - driving: a folder of videos and motion files; a folder of pictures alone is one video, as any other path is; nil for edits.
    ///   - output: the folder for the results, named by both.
    ///   - isSpoken: whether pictures speak, and become videos.
    /// - Throws: `FileError` (input) when there is nothing.
    init(source: String, driving: String?, output: String, isSpoken: Bool = false) throws {
        var sources = [source], drivings: [String?] = [driving]
        if Self.isFolder(source) {
            let content = try JobFolder(source)
            sources = content.media
            leftOut += content.leftOut
            leftOut += content.motions.map { LeftOutFile(file: $0, reason: "holds motion and no picture to animate") }
            guard !sources.isEmpty else { throw nothing(source, "holds no picture or video") }
        }
        if let driving, Self.isFolder(driving) {
            let content = try JobFolder(driving)
            // What a folder of pictures leaves out is said with its job.
            if content.moving.isEmpty {
                guard !content.pictures.isEmpty else {
                    leftOut = content.leftOut
                    throw nothing(driving, "holds no video, picture or motion file")
                }
            } else {
                drivings = content.moving
                leftOut += content.leftOut
                leftOut += content.pictures.map { LeftOutFile(file: $0, reason: "is a picture, and the folder's videos drive") }
            }
        }
        let used = Set(sources + drivings.compactMap { $0 })
        var named: Set<String> = []
        leftOut = leftOut.filter { !used.contains($0.file) && named.insert($0.file).inserted }
        for one in sources {
            for other in drivings {
                let path = (output as NSString).appendingPathComponent(Self.name(one, other, isSpoken: isSpoken))
                let place = [one, other].compactMap { $0 }.joined(separator: " by ")
                rows.append(BatchRow(place: place, source: one, driving: other, output: path, arguments: []))
            }
        }
    }

    /// The name of a result, which depends on the pair's names alone: both whole, but for an extension that is the result's own.
    private static func name(_ source: String, _ driving: String?, isSpoken: Bool) -> String {
        let ending = driving == nil && !isSpoken && MediaKind(ofFile: source) == .picture ? "png" : "mp4"
        let name = [source, driving].compactMap { $0.map { ($0 as NSString).lastPathComponent } }.joined(separator: "-")
        let last = ((driving ?? source) as NSString).lastPathComponent as NSString
        // "x.mov.mp4" keeps its own, because "x.mov" has that name for its result.
        let isEnded = last.pathExtension == ending && !(last.deletingPathExtension as String).contains(".")
        return isEnded ? name : "\(name).\(ending)"
    }

    private func nothing(_ folder: String, _ problem: String) -> FileError {
        guard let first = leftOut.first else { return FileError(.input, folder, problem) }
        let more = leftOut.count > 1 ? " (and \(leftOut.count - 1) more)" : ""
        return FileError(.input, folder, "\(problem); \((first.file as NSString).lastPathComponent): \(first.reason)\(more)")
    }
}
