import Foundation

/// Temporary files and folders that processes left which were killed before they could remove them.
package enum Leftovers {
    /// Removes a folder's leftovers, and puts back a folder that was on its way to be replaced. What belongs to a process that still
    /// runs, holds its lock, or is another user's, stays.
    ///
    /// - Parameters:
    ///   - folder: its path; empty for the working folder.
    ///   - isOwn: which outputs' leftovers are meant, by the outputs' names, of which long ones are cut; all by default.
    package static func clear(in folder: String, where isOwn: (String) -> Bool = { _ in true }) {
        guard let listing = opendir(folder.isEmpty ? "." : folder) else { return }
        defer { closedir(listing) }
        var found: [(name: String, beginning: String)] = []
        while let entry = readdir(listing) {
            let bytes = (UnsafeRawPointer(entry) + MemoryLayout<dirent>.offset(of: \.d_name)!).assumingMemoryBound(to: CChar.self)
            guard bytes[0] == CChar(UInt8(ascii: ".")), let name = String(validatingCString: bytes) else { continue }
            guard let (owner, beginning) = TemporaryOwner.read(name), isOwn(String(beginning)), owner != .own, owner.isGone else {
                continue
            }
            found.append((name, String(beginning)))
        }
        let place = folder.isEmpty || folder.hasSuffix("/") ? folder : folder + "/"
        for (name, beginning) in found { clear(place + name, of: place + beginning) }
    }

    private static func clear(_ path: String, of output: String) {
        var status = stat()
        guard lstat(path, &status) == 0, status.st_uid == geteuid(), [S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT) else { return }
        let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        defer { if descriptor >= 0 { close(descriptor) } }
        // Process numbers of another machine or container say nothing here, its lock does.
        if descriptor >= 0, flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK { return }
        if path.hasSuffix(StagedOutput.replacedEnding), lstat(output, &status) != 0, errno == ENOENT {
            // Neither the old folder nor the new one has the name.
            if rename(path, output) == 0 { return }
        }
        try? FileManager.default.removeItem(atPath: path)
    }
}
