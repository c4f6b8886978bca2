import Files
import Foundation
import TestSupport
import Testing

struct StagedOutputTests {
    private func text(_ path: String) -> String? { try? String(contentsOfFile: path, encoding: .utf8) }

    private func put(_ text: String, _ path: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    }

    @Test func aFileAppearsWholeAtTheCommit() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("clip.mp4")
        let output = try StagedOutput(path: path)
        // Messages name it by its own path.
        #expect(StagedOutput.visible("\(output.temporaryPath): the disk is full") == "\(path): the disk is full")
        #expect(output.path == path)
        #expect((output.temporaryPath as NSString).deletingLastPathComponent == folder.path)
        #expect(output.temporaryPath.hasSuffix(".mp4"))
        try put("new", output.temporaryPath)
        #expect(!FileManager.default.fileExists(atPath: path))
        try output.commit()
        #expect(text(path) == "new")
        #expect(folder.names == ["clip.mp4"])
    }

    @Test func nothingRemainsWithoutACommit() throws {
        let folder = try TemporaryFolder()
        do {
            let file = try StagedOutput(path: folder.file("a.png"))
            try put("half", file.temporaryPath)
            let frames = try StagedOutput(path: folder.file("frames"), folder: true)
            try put("half", frames.temporaryPath + "/0.png")
            #expect(folder.names.count == 2)
            withExtendedLifetime((file, frames)) {}
        }
        #expect(folder.names == [])
    }

    @Test func anExistingFileIsReplacedOnlyWhenAsked() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("a.png")
        try put("old", path)
        #expect(throws: FileError(.output, path, "exists already; pass --overwrite to replace it")) {
            try StagedOutput(path: path)
        }
        do {
            let output = try StagedOutput(path: path, overwrite: true)
            try put("new", output.temporaryPath)
            #expect(text(path) == "old")
            try output.commit()
        }
        #expect(text(path) == "new")
        #expect(folder.names == ["a.png"])
    }

    @Test func aFileThatAppearsMeanwhileIsKept() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("a.png")
        do {
            let output = try StagedOutput(path: path)
            try put("ours", output.temporaryPath)
            try put("theirs", path)
            #expect(throws: FileError.self) { try output.commit() }
        }
        #expect(text(path) == "theirs")
        #expect(folder.names == ["a.png"])
    }

    @Test func filesAndFoldersDoNotReplaceEachOther() throws {
        let folder = try TemporaryFolder()
        try put("x", folder.file("file"))
        try FileManager.default.createDirectory(atPath: folder.file("folder"), withIntermediateDirectories: false)
        #expect(throws: FileError.self) {
            try StagedOutput(path: folder.file("file"), folder: true, overwrite: true, owns: { _ in true })
        }
        #expect(throws: FileError.self) { try StagedOutput(path: folder.file("folder"), overwrite: true) }
        #expect(folder.names == ["file", "folder"])
    }

    @Test func aFolderAppearsWhole() throws {
        let folder = try TemporaryFolder()
        let output = try StagedOutput(path: folder.file("frames/"), folder: true)
        #expect(output.path == folder.file("frames"))
        try put("0", output.temporaryPath + "/0.png")
        try put("1", output.temporaryPath + "/1.png")
        #expect(!FileManager.default.fileExists(atPath: folder.file("frames")))
        try output.commit()
        #expect(text(folder.file("frames/1.png")) == "1")
        #expect(folder.names == ["frames"])
    }

    @Test func aFolderIsReplacedOnlyWhenAllInItIsOurs() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("frames")
        let owns: (String) -> Bool = { $0.hasSuffix(".png") }
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        try put("old", path + "/7.png")
        #expect(throws: FileError.self) { try StagedOutput(path: path, folder: true, owns: owns) }
        do {
            let output = try StagedOutput(path: path, folder: true, overwrite: true, owns: owns)
            try put("new", output.temporaryPath + "/0.png")
            try output.commit()
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: path) == ["0.png"])
        #expect(folder.names == ["frames"])

        try put("mine", path + "/thesis.txt")
        let error = #expect(throws: FileError.self) {
            try StagedOutput(path: path, folder: true, overwrite: true, owns: owns)
        }
        #expect(error?.problem.contains("thesis.txt") == true)
        #expect(text(path + "/thesis.txt") == "mine")
        #expect(folder.names == ["frames"])
    }

    /// Before long work: what stands in the way, and a place that cannot be.
    @Test func whatCannotBeWrittenIsRefusedEarly() throws {
        let folder = try TemporaryFolder()
        try put("old", folder.file("a.png"))
        for name in ["b", "empty"] {
            try FileManager.default.createDirectory(atPath: folder.file(name), withIntermediateDirectories: false)
        }
        try put("old", folder.file("b/0.png"))
        func problem(_ path: String, overwrite: Bool = false) -> String? {
            do {
                try StagedOutput.refuseExisting(path, overwrite: overwrite)
                return nil
            } catch { return (error as? FileError)?.problem }
        }
        for occupied in ["a.png", "b/"] { #expect(problem(folder.file(occupied))?.hasPrefix("exists already") == true) }
        #expect(problem(folder.file("a.png"), overwrite: true) == nil && problem(folder.file("b/"), overwrite: true) == nil)
        #expect(problem(folder.file("b/c.png")) == nil && problem(folder.file("new//")) == nil && problem("-") == nil)
        for absent in ["absent/c.png", "absent/new/"] {
            #expect(problem(folder.file(absent), overwrite: true) == "its folder does not exist; create it first")
        }
        #expect(problem("new.png") == nil && folder.names.sorted() == ["a.png", "b", "empty"])
        // Nothing is lost where an empty folder is taken.
        #expect(problem(folder.file("empty/")) == nil)
        let output = try StagedOutput(path: folder.file("empty/"), folder: true)
        try put("new", output.temporaryPath + "/0.png")
        try output.commit()
        #expect(text(folder.file("empty/0.png")) == "new" && folder.names.sorted() == ["a.png", "b", "empty"])
        #expect(problem(folder.file("empty/"))?.hasPrefix("exists already") == true)
    }

    /// A file put into the folder between the check and the commit must survive.
    @Test func aStrangersFileThatAppearsMeanwhileIsKept() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("frames")
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        do {
            let output = try StagedOutput(path: path, folder: true, overwrite: true, owns: { $0.hasSuffix(".png") })
            try put("mine", path + "/thesis.txt")
            #expect(throws: FileError.self) { try output.commit() }
        }
        #expect(text(path + "/thesis.txt") == "mine")
        #expect(folder.names == ["frames"])
    }

    @Test func aPlaceThatCannotBeWrittenIsToldAtOnce() throws {
        let folder = try TemporaryFolder()
        let absent = folder.file("absent/a.png")
        #expect(throws: FileError(.output, absent, "its folder does not exist; create it first")) {
            try StagedOutput(path: absent)
        }
        try put("x", folder.file("file"))
        #expect(throws: FileError.self) { try StagedOutput(path: folder.file("file/a.png")) }
        #expect(throws: FileError.self) { try StagedOutput(path: "/dev/null", overwrite: true) }
        #expect(throws: FileError.self) { try StagedOutput(path: "", overwrite: true) }
    }

    @Test func aLinkedFileIsReplacedInItsPlace() throws {
        let folder = try TemporaryFolder()
        try put("target", folder.file("target"))
        try FileManager.default.createSymbolicLink(atPath: folder.file("link"), withDestinationPath: "target")
        try StagedOutput.write("new".utf8, to: folder.file("link"), overwrite: true)
        #expect(text(folder.file("link")) == "new")
        #expect(text(folder.file("target")) == "target", "what the link named is not touched")
    }

    @Test func veryLongNamesFindRoom() throws {
        let folder = try TemporaryFolder()
        for name in [
            String(repeating: "n", count: 250) + ".png", String(repeating: "ü", count: 125) + ".png",
            "a." + String(repeating: "e", count: 250),
        ] {
            try StagedOutput.write("x".utf8, to: folder.file(name), overwrite: false)
            #expect(text(folder.file(name)) == "x")
        }
        #expect(folder.names.count == 3)
    }

    @Test func aRelativePathStaysRelative() throws {
        let output = try StagedOutput(path: "lia-test-\(UUID().uuidString).txt")
        #expect(!output.temporaryPath.contains("/"))
        #expect(FileManager.default.fileExists(atPath: output.temporaryPath))
    }

    @Test func wholeFilesAreWritten() throws {
        let folder = try TemporaryFolder()
        let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try StagedOutput.write(bytes, to: folder.file("a"), overwrite: false)
        #expect(try [UInt8](Data(contentsOf: URL(fileURLWithPath: folder.file("a")))) == bytes)
        #expect(throws: FileError.self) { try StagedOutput.write([1], to: folder.file("a"), overwrite: false) }
        try StagedOutput.write([], to: folder.file("a"), overwrite: true)
        #expect(try Data(contentsOf: URL(fileURLWithPath: folder.file("a"))).isEmpty)
        #expect(folder.names == ["a"])
    }

    @Test func twoOutputsOfOneNameDoNotDisturbEachOther() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("a")
        let first = try StagedOutput(path: path, overwrite: true)
        let second = try StagedOutput(path: path, overwrite: true)
        #expect(first.temporaryPath != second.temporaryPath)
        try put("first", first.temporaryPath)
        try put("second", second.temporaryPath)
        try second.commit()
        try first.commit()
        #expect(text(path) == "first")
        #expect(folder.names == ["a"])
    }
}
