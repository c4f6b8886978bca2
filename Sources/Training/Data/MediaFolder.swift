import Files
import Foundation
import Media

/// The media that a folder, with the folders in it, holds for a data set, in the order of the names. Hidden files are ignored, and
/// links to folders not followed.
struct MediaFolder {
    /// Where and why something could not be looked at.
    typealias Unreadable = (path: String, reason: String)

    private(set) var items: [MediaItem] = []
    /// Paths of files that are no media by their names and their content.
    private(set) var passedOver: [String] = []
    private(set) var unreadable: [Unreadable] = []
    private let root: String
    private let groupsPictures: Bool
    private var names: Set<String> = []

    /// So many pictures whose names differ only in a number are one clip.
    static let shortestRun = 3

    private static let pictures: Set<String> = [
        "jpg", "jpeg", "png", "webp", "bmp", "tif", "tiff", "ppm", "pgm", "pbm", "pnm", "qoi", "psd",
    ]
    private static let videos: Set<String> = [
        "mp4", "m4v", "mov", "mkv", "webm", "avi", "gif", "apng", "mpg", "mpeg", "ts", "mts", "m2ts", "flv", "wmv", "asf",
        "ogv", "3gp", "3g2", "mxf", "y4m", "nut", "ivf", "h264", "264", "hevc", "h265", "265", "vob",
    ]

    /// - Parameters:
    ///   - root: the path as the user gave it.
    ///   - groupsPictures: true where numbered pictures become clips; else each is a photo.
    /// - Throws: `FileError` (input) when it is no folder or cannot be read.
    init(_ root: String, groupsPictures: Bool) throws {
        var status = stat()
        guard stat(root, &status) == 0 else {
            if errno == ENOENT { throw FileError(.input, root, "no such folder; check the path") }
            throw FileError.cannotRead(root)
        }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            throw FileError(.input, root, "expected a folder of videos and pictures, found a file; name the folder that holds it")
        }
        self.root = root
        self.groupsPictures = groupsPictures
        walk(try FolderListing(root), below: [])
    }

    /// - Parameter folders: the names of the folders from the root to this one.
    private mutating func walk(_ listing: FolderListing, below folders: [String]) {
        for name in listing.others.sorted() { unreadable.append((path(folders + [name]), FolderListing.problem)) }
        var pictures: [String] = [], files: [String] = [], inner: [String] = []
        // The order of their bytes depends on no locale.
        for name in listing.names.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
            let path = self.path(folders + [name])
            var status = stat()
            guard lstat(path, &status) == 0 else {
                unreadable.append((path, FileError.cannotRead(path).problem))
                continue
            }
            let isLink = status.st_mode & S_IFMT == S_IFLNK
            if isLink { _ = stat(path, &status) }
            let isFolder = status.st_mode & S_IFMT == S_IFDIR
            let suffix = (name as NSString).pathExtension.lowercased()
            if isFolder {
                if !isLink { inner.append(name) }
            } else if Self.pictures.contains(suffix) {
                pictures.append(name)
            } else if Self.videos.contains(suffix) || suffix.isEmpty && status.st_mode & S_IFMT == S_IFREG {
                files.append(name)
            } else {
                switch status.st_mode & S_IFMT == S_IFREG ? MediaKind(ofFile: path) : nil {
                case .picture: pictures.append(name)
                case .video: files.append(name)
                case nil: passedOver.append(path)
                }
            }
        }
        let runs = groupsPictures ? NumberedRun.find(in: pictures, atLeast: Self.shortestRun) : []
        let inRuns = Set(runs.flatMap(\.names))
        var found: [(key: String, add: (inout MediaFolder) -> Void)] = []
        for run in runs {
            // A folder that holds one clip gives it its name; of several, each has what its pictures' names share.
            let ownName = runs.count == 1 && !folders.isEmpty ? folders : folders + [run.title]
            found.append((run.names[0], { $0.add(run.names, in: folders, named: ownName, source: folders.last ?? run.title) }))
        }
        for name in files + pictures where !inRuns.contains(name) {
            let stem = (name as NSString).deletingPathExtension
            found.append((name, { $0.add([name], in: folders, named: folders + [stem.isEmpty ? name : stem], source: name) }))
        }
        for name in inner {
            found.append(
                (
                    name,
                    { folder in
                        let path = folder.path(folders + [name])
                        do {
                            folder.walk(try FolderListing(path), below: folders + [name])
                        } catch {
                            folder.unreadable.append((path, (error as? FileError)?.problem ?? "\(error)"))
                        }
                    }
                ))
        }
        for entry in found.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) { entry.add(&self) }
    }

    private mutating func add(_ files: [String], in folders: [String], named parts: [String], source: String) {
        let name = newName(parts.joined(separator: "/"), file: (folders + [files[0]]).joined(separator: "/"))
        var item = MediaItem(
            name: name, identity: folders.first ?? name, source: source, paths: files.map { path(folders + [$0]) },
            claimsToBeMedia: !(files[0] as NSString).pathExtension.isEmpty)
        if item.isRun {
            item.photos = zip(files, item.paths).map { file, path in
                let whole = (folders + [file]).joined(separator: "/")
                let photo = newName((whole as NSString).deletingPathExtension, file: whole)
                return MediaItem(
                    name: photo, identity: folders.first ?? photo, source: file, paths: [path], claimsToBeMedia: true)
            }
        }
        items.append(item)
    }

    /// `name`, or another where that is taken: two files may differ in their extension only, and then it stays.
    private mutating func newName(_ name: String, file: String) -> String {
        if names.insert(name).inserted { return name }
        var other = file, number = 2
        while !names.insert(other).inserted { (other, number) = ("\(file)-\(number)", number + 1) }
        return other
    }

    private func path(_ parts: [String]) -> String {
        parts.reduce(root) { ($0 as NSString).appendingPathComponent($1) }
    }
}
