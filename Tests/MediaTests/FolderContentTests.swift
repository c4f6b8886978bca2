import Foundation
import Media
import TestSupport
import Testing

/// What a folder of frames holds is read by its content, and what cannot be taken is named.
@Suite struct FolderContentTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        for name in ["1.png", "3.png"] { try Samples.picture().write(to: folder.file(name)) }
    }

    private func read() throws -> (frames: Int, warning: String?) {
        let reader = try FrameReader(folder.path)
        var frames = 0
        while try reader.next() != nil { frames += 1 }
        return (frames, reader.warning)
    }

    @Test func whatIsReadAloneIsReadInAFolder() throws {
        #expect(try read() == (2, nil))
        try FileManager.default.copyItem(atPath: Fixture.path("media/still.avif"), toPath: folder.file("2.avif"))
        // A PCX file, which nothing but FFmpeg knows, under a name that says nothing.
        var pcx: [UInt8] = [10, 5, 1, 8, 0, 0, 0, 0, 63, 0, 63, 0, 72, 0, 72, 0] + [UInt8](repeating: 0, count: 49)
        pcx += [3, 64, 0, 1, 0] + [UInt8](repeating: 0, count: 58)
        for _ in 0..<64 * 3 { pcx += [0xff, 120, 0xc1, 120] }
        try Data(pcx).write(to: URL(fileURLWithPath: folder.file("4.pcx")))
        #expect(MediaKind(ofFile: folder.file("2.avif")) == .picture)
        #expect(try read() == (4, nil))
    }

    @Test func whatIsNoPictureIsNamed() throws {
        try Data("notes".utf8).write(to: URL(fileURLWithPath: folder.file("notes.txt")))
        try Samples.video(folder.file("talk.mp4"), frames: 3)
        try Data().write(to: URL(fileURLWithPath: folder.file(".hidden")))
        #expect(MediaKind(ofFile: folder.file("talk.mp4")) == .video)
        let found = try read()
        #expect(found.frames == 2)
        #expect(found.warning?.contains("notes.txt, talk.mp4") == true && found.warning?.contains("hidden") == false, "\(found)")
    }

    @Test func aNameThatIsNoTextIsNamed() throws {
        let bytes = Array("\(folder.path)/caf".utf8CString.dropLast()) + [CChar(bitPattern: 0xe9)] + Array(".png".utf8CString)
        try #require(link(folder.file("1.png"), bytes) == 0)
        let found = try read()
        #expect(found.frames == 2 && found.warning?.contains("caf\u{fffd}.png") == true, "\(found)")
    }
}
