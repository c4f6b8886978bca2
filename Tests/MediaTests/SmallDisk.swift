import Foundation
import TestSupport

/// A disk of 128 kB in memory, for tests of full disks. Linux lets only root mount one, and containers not even that.
final class SmallDisk {
    private let folder: TemporaryFolder
    var path: String { folder.path }

    static let isPossible = SmallDisk() != nil

    init?() {
        guard let folder = try? TemporaryFolder() else { return nil }
        self.folder = folder
        #if os(Linux)
            guard getuid() == 0, mount("tmpfs", folder.path, "tmpfs", 0, "size=128k") == 0 else { return nil }
        #else
            return nil
        #endif
    }

    deinit {
        #if os(Linux)
            umount(folder.path)
        #endif
    }
}
