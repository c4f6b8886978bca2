import Foundation
import Puppets
import TestSupport
import Testing

struct PuppetFolderTests {
    private func make(_ files: [String]) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        for file in files {
            let path = folder.file(file)
            try FileManager.default.createDirectory(
                atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
            try Data("x".utf8).write(to: URL(fileURLWithPath: path))
        }
        return folder
    }

    @Test func namesCountFromOne() {
        #expect(PuppetFolder.name(person: 0) == "identity-0001" && PuppetFolder.name(person: 12_344) == "identity-12345")
        #expect(PuppetFolder.name(clip: 8) == "clip-09" && PuppetFolder.name(clip: 99) == "clip-100")
        #expect(PuppetFolder.name(frame: 0) == "frame-000001")
    }

    @Test func aDataSetIsItsOwn() throws {
        let folder = try make([
            "identity-0001/clip-01.mp4", "identity-0001/clip-01.json", "identity-0002/clip-01/frame-000001.png",
            "identity-0002/clip-01.json", "identity-0002/clip-100.mp4",
        ])
        let layout = PuppetFolder(path: folder.path)
        #expect(folder.names.count == 2 && folder.names.allSatisfy(layout.owns))
    }

    @Test(arguments: [
        "notes.txt", "identity-0001", "identity-1/clip-01.mp4", "identity-0001/notes.txt", "identity-0001/clip-1.mp4",
        "identity-0001/clip-01", "identity-0001/clip-01.mp4/precious.txt", "identity-0001/clip-01/precious.png",
        "identity-0001/clip-01/frame-1.png", "identity-0001/clip-01/frame-000001.png.bak",
        "identity-0001/clip-01/deeper/frame-000001.png", "identity-000x/clip-01.mp4",
    ])
    func anythingElseIsNot(stranger: String) throws {
        let folder = try make([stranger])
        #expect(folder.names.count == 1 && !PuppetFolder(path: folder.path).owns(folder.names[0]))
    }

    @Test func linksAreNotFollowed() throws {
        let (real, folder) = (try make(["clip-01.mp4"]), try TemporaryFolder())
        try FileManager.default.createSymbolicLink(atPath: folder.file("identity-0001"), withDestinationPath: real.path)
        #expect(!PuppetFolder(path: folder.path).owns("identity-0001"))
    }
}
