import Files
import Foundation
import Testing
import TestSupport

struct NamelessFileTests {
    @Test func bytesWaitWithoutAName() throws {
        let folder = try TemporaryFolder()
        let file = try NamelessFile(beside: folder.file("out.mp4"), path: "out.mp4")
        try file.append([1, 2, 3])
        try file.append([4, 5])
        #expect(try file.read(from: 1, count: 3) == [2, 3, 4] && file.read(from: 0, count: 5) == [1, 2, 3, 4, 5])
        #expect(folder.names.isEmpty)
        // More than there is.
        #expect(throws: FileError.self) { try file.read(from: 4, count: 2) }
        #expect(throws: FileError.self) { try NamelessFile(beside: folder.file("absent/out.mp4"), path: "out.mp4") }
    }
}
