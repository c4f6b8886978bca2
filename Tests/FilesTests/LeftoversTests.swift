import Files
import Foundation
import TestSupport
import Testing

/// What killed processes leave, and folders that are replaced at a bad moment.
struct LeftoversTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// A process that runs until it is ended.
    private func running() throws -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sleep")
        process.arguments = ["600"]
        try process.run()
        return process
    }

    /// The field of /proc that says when a process began, as names spell it.
    private func start(of process: Int32) throws -> String {
        let text = try String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
        return String(try #require(UInt64(text.split(separator: " ")[21])), radix: 36)
    }

    private func put(_ name: String) throws { try Data("left".utf8).write(to: URL(fileURLWithPath: folder.file(name))) }

    private func putFolder(_ name: String) throws {
        try FileManager.default.createDirectory(atPath: folder.file(name), withIntermediateDirectories: false)
        try put(name + "/1.png")
    }

    private func end(_ process: Process) {
        // Not SIGTERM, which the thread that started it may have blocked.
        kill(process.processIdentifier, SIGKILL)
        while process.isRunning { usleep(1000) }
    }

    @Test func whatADeadProcessLeftIsRemoved() throws {
        let process = try running()
        let (number, start) = (process.processIdentifier, try start(of: process.processIdentifier))
        end(process)
        try put(".out.mp4.partial-\(number)-\(start)-abc.mp4")
        try put(".out.mp4.partial-\(number)-\(start)-abc.mp4.frames")
        try put(".out.mp4.partial-\(number)-1w.mp4")
        try putFolder(".out.mp4.partial-\(number)-\(start)-folder")
        try putFolder(".out.mp4.partial-\(number)-\(start)-folder.removed")
        // Of another output, of none, and links.
        let others = [
            ".other.mp4.partial-\(number)-\(start)-abc.mp4", "out.mp4.partial-\(number)-\(start)-abc.mp4", ".out.mp4.partial-x-y-z.mp4",
            ".out.mp4.partial-", ".out.mp4",
        ]
        for name in others { try put(name) }
        let link = ".out.mp4.partial-\(number)-\(start)-link.mp4"
        try FileManager.default.createSymbolicLink(atPath: folder.file(link), withDestinationPath: "other.mp4")
        try StagedOutput.write("x".utf8, to: folder.file("out.mp4"), overwrite: false)
        #expect(Set(folder.names) == Set(others + [link, "out.mp4"]))
    }

    @Test func whatARunningProcessWritesStays() throws {
        let process = try running()
        defer { end(process) }
        let (number, start) = (process.processIdentifier, try start(of: process.processIdentifier))
        try put(".out.png.partial-\(number)-\(start)-abc.png")
        // The number was another process's before.
        try put(".out.png.partial-\(number)-\(start)9-abc.png")
        let own = try StagedOutput(path: folder.file("out.png"))
        let second = try StagedOutput(path: folder.file("out.png"))
        #expect(folder.names.contains(".out.png.partial-\(number)-\(start)-abc.png") && folder.names.count == 3)
        withExtendedLifetime((own, second)) {}
    }

    /// A process of another machine or container is not seen here, but its lock is.
    @Test func whatIsLockedStays() throws {
        let process = try running()
        let number = process.processIdentifier
        end(process)
        let name = ".out.png.partial-\(number)-1-abc.png"
        try put(name)
        // Not passed on to programs that other tests start meanwhile, which would hold the lock.
        let descriptor = open(folder.file(name), O_RDONLY | O_CLOEXEC)
        try #require(flock(descriptor, LOCK_EX | LOCK_NB) == 0)
        try StagedOutput.write("x".utf8, to: folder.file("out.png"), overwrite: true)
        #expect(folder.names == [name, "out.png"])
        close(descriptor)
        try StagedOutput.write("x".utf8, to: folder.file("out.png"), overwrite: true)
        #expect(folder.names == ["out.png"])
    }

    /// An output holds its lock as long as it is under way.
    @Test func anOutputUnderWayIsLocked() throws {
        for isFolder in [false, true] {
            let output = try StagedOutput(path: folder.file("out\(isFolder)"), folder: isFolder)
            let descriptor = open(output.temporaryPath, O_RDONLY | O_CLOEXEC)
            #expect(flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
            try output.commit()
            #expect(flock(descriptor, LOCK_EX | LOCK_NB) != 0)
            close(descriptor)
            withExtendedLifetime(output) {}
        }
    }

    @Test func aFolderThatWasRenamedAwayIsPutBack() throws {
        let process = try running()
        let (number, start) = (process.processIdentifier, try start(of: process.processIdentifier))
        end(process)
        try putFolder(".model.partial-\(number)-\(start)-abc.old")
        try putFolder(".model.partial-\(number)-\(start)-abc")
        #expect(throws: FileError.self) { try StagedOutput(path: folder.file("model"), folder: true, owns: { _ in true }) }
        #expect(folder.names == ["model"])
        #expect(FileManager.default.fileExists(atPath: folder.file("model/1.png")))
        // Where the name is taken again, it is only removed.
        try putFolder(".model.partial-\(number)-\(start)-abc.old")
        #expect(throws: FileError.self) { try StagedOutput(path: folder.file("model"), folder: true, owns: { _ in true }) }
        #expect(folder.names == ["model"])
    }

    /// Somebody who looks at every moment sees the old folder or the new one.
    @Test func aReplacedFolderIsNeverAway() throws {
        let path = folder.file("model")
        try putFolder("model")
        nonisolated(unsafe) var (looks, misses, isOver) = (0, 0, false)
        let lock = NSLock(), ended = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            while !lock.withLock({ isOver }) {
                var status = stat()
                if stat(path, &status) != 0 { misses += 1 }
                looks += 1
            }
            ended.signal()
        }
        for _ in 0..<300 {
            let output = try StagedOutput(path: path, folder: true, overwrite: true, owns: { _ in true })
            try Data("new".utf8).write(to: URL(fileURLWithPath: output.temporaryPath + "/2.png"))
            try output.commit()
        }
        lock.withLock { isOver = true }
        ended.wait()
        #expect(misses == 0, "\(misses) of \(looks)")
        #expect(looks > 300)
        #expect(folder.names == ["model"])
        #expect(try FileManager.default.contentsOfDirectory(atPath: path) == ["2.png"])
    }

    @Test func aPrivateFolderIsItsOwnersAlone() throws {
        let output = try StagedOutput(path: folder.file("private"), folder: true, isPrivate: true)
        var status = stat()
        #expect(stat(output.temporaryPath, &status) == 0 && status.st_mode & 0o777 == 0o700)
    }
}
