import Files
import Foundation
import TestSupport
import Testing

struct MappedFileTests {
    @Test func aFileIsMappedWhole() throws {
        let folder = try TemporaryFolder()
        for count in [0, 1, 4095, 4096, 4097, 100_000] {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
            try Data(bytes).write(to: URL(fileURLWithPath: folder.file("a")))
            let file = try MappedFile(path: folder.file("a"))
            #expect(file.path == folder.file("a"))
            #expect(file.bytes.count == count)
            #expect(Array(file.bytes) == bytes)
        }
    }

    @Test func aMappingOutlivesTheFilesName() throws {
        let folder = try TemporaryFolder()
        try Data([1, 2, 3]).write(to: URL(fileURLWithPath: folder.file("a")))
        let file = try MappedFile(path: folder.file("a"))
        try FileManager.default.removeItem(atPath: folder.file("a"))
        #expect(Array(file.bytes) == [1, 2, 3])
    }

    @Test func whatIsNoFileIsNamed() throws {
        let folder = try TemporaryFolder()
        let absent = folder.file("absent")
        #expect(throws: FileError(.input, absent, "no such file; check the path")) { try MappedFile(path: absent) }
        #expect(throws: FileError(.input, folder.path, "expected a file, found a folder or device")) {
            try MappedFile(path: folder.path)
        }
        #expect(throws: FileError(.input, "/dev/null", "expected a file, found a folder or device")) {
            try MappedFile(path: "/dev/null")
        }
        #expect(throws: FileError.self) { try MappedFile(path: "") }
    }

    /// Opening a named pipe that nobody writes must not wait for a writer.
    @Test func aPipeIsRefusedAtOnce() throws {
        let folder = try TemporaryFolder()
        #expect(mkfifo(folder.file("pipe"), 0o600) == 0)
        let start = ContinuousClock.now
        #expect(throws: FileError.self) { try MappedFile(path: folder.file("pipe")) }
        #expect(ContinuousClock.now - start < .seconds(2))
    }
}
