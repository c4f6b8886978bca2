import Files
import Foundation
import Media
import TestSupport
import Testing

/// Files that are whole and all the same none to play: they are named as what they are, in one line.
@Suite struct ForeignFilesTests {
    private func problems(_ path: String) -> [String] {
        [{ _ = try FrameReader(path) }, { _ = try Picture.read(path) }].map { (read: () throws -> Void) in
            do {
                try read()
                return "read"
            } catch { return (error as? FileError)?.problem ?? "\(error)" }
        }
    }

    @Test(arguments: ["media/encrypted.mp4", "pictures/encrypted.webm"]) func anEncryptedVideo(name: String) {
        for problem in problems(Fixture.path(name)) {
            #expect(problem.contains("is encrypted") && !problem.contains("damaged"), "\(problem)")
        }
    }

    @Test func aWebPage() throws {
        let folder = try TemporaryFolder()
        for (name, page) in [("talk.mp4", "<!DOCTYPE html><html><body>Sign in</body></html>"), ("a.png", "\n<html>\n</html>\n")] {
            try Data(page.utf8).write(to: URL(fileURLWithPath: folder.file(name)))
            for problem in problems(folder.file(name)) { #expect(problem.contains("web page (HTML)"), "\(problem)") }
        }
    }

    @Test func anAddress() {
        for address in ["https://example.org/talk.mp4", "rtsp://camera/1"] {
            for problem in problems(address) { #expect(problem.contains("is an address, not a file"), "\(problem)") }
        }
        let error = #expect(throws: FileError.self) { try StagedOutput(path: "https://example.org/out.mp4") }
        #expect(error?.problem.contains("is an address") == true)
    }
}
