import Foundation

/// Which file or folder a path leads to, however it is spelled and through whatever links: its device and its number there.
struct FileIdentity: Hashable {
    private let device: UInt64
    private let number: UInt64

    private init(_ status: stat) { (device, number) = (UInt64(status.st_dev), UInt64(status.st_ino)) }

    /// The identity of what a path leads to; nil where there is nothing.
    init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        self.init(status)
    }

    /// The identities of a folder's own files, and where `deep` of all folders and files in it. Links to files count as the files,
    /// links to folders as the folders.
    ///
    /// - Parameter followsFolders: whether folders that links lead to are looked into as well.
    static func contents(of folder: String, deep: Bool, followsFolders: Bool = true) -> Set<FileIdentity> {
        var found: Set<FileIdentity> = []
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if descriptor >= 0 { walk(descriptor, deep: deep, followsFolders: followsFolders, into: &found) }
        return found
    }

    /// Takes the open folder's descriptor over. Names stay bytes, because not every name is text.
    private static func walk(_ descriptor: Int32, deep: Bool, followsFolders: Bool, into found: inout Set<FileIdentity>) {
        guard let folder = fdopendir(descriptor) else {
            close(descriptor)
            return
        }
        defer { closedir(folder) }
        while let entry = readdir(folder) {
            let name = (UnsafeRawPointer(entry) + MemoryLayout<dirent>.offset(of: \.d_name)!).assumingMemoryBound(to: CChar.self)
            if strcmp(name, ".") == 0 || strcmp(name, "..") == 0 { continue }
            var (own, target) = (stat(), stat())
            guard fstatat(descriptor, name, &own, AT_SYMLINK_NOFOLLOW) == 0, fstatat(descriptor, name, &target, 0) == 0 else { continue }
            let isFolder = target.st_mode & S_IFMT == S_IFDIR
            if isFolder && !deep { continue }
            // A folder that was seen before is not entered again, as links in a circle would have it.
            guard found.insert(FileIdentity(target)).inserted, isFolder else { continue }
            guard followsFolders || own.st_mode & S_IFMT != S_IFLNK else { continue }
            let inner = openat(descriptor, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            if inner >= 0 { walk(inner, deep: true, followsFolders: followsFolders, into: &found) }
        }
    }
}
