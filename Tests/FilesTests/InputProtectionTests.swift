import Files
import Foundation
import TestSupport
import Testing

struct InputProtectionTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        for name in ["frames", "frames/inner", "results"] {
            try FileManager.default.createDirectory(atPath: folder.file(name), withIntermediateDirectories: false)
        }
        for name in ["model.pt", "other.pt", "frames/1.png", "frames/inner/2.png", "results/old.png"] {
            try Data(name.utf8).write(to: URL(fileURLWithPath: folder.file(name)))
        }
    }

    private func link(_ name: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: folder.file(name), withDestinationPath: target)
    }

    private func problem(_ outputs: [String], reading inputs: [String] = [], trees: [String] = []) -> String? {
        do {
            try InputProtection(inputs.map(folder.file), trees: trees.map(folder.file)).check(outputs.map(folder.file))
            return nil
        } catch { return (error as? FileError).flatMap { $0.side == .output ? $0.problem : nil } ?? "\(error)" }
    }

    /// A folder above an input is told without a walk through all that it holds.
    @Test func foldersAboveAreNoOutputs() throws {
        for output in ["/", FileManager.default.currentDirectoryPath, folder.file("..")] {
            let error = #expect(throws: FileError.self) { try InputProtection([folder.file("model.pt"), "Package.swift"]).check([output]) }
            #expect(error?.problem.hasPrefix("holds one of the inputs") == true, "\(output)")
        }
    }

    @Test func anInputIsNoOutput() throws {
        try link("soft", to: "model.pt")
        try link("soft-folder", to: ".")
        try #require(Foundation.link(folder.file("model.pt"), folder.file("hard")) == 0)
        for output in ["model.pt", "./model.pt", "frames/../model.pt", "soft", "hard", "soft-folder/model.pt"] {
            #expect(problem([output], reading: ["model.pt"])?.contains("one of the inputs") == true, "\(output)")
            #expect(problem(["model.pt"], reading: [output])?.contains("one of the inputs") == true, "\(output)")
        }
        #expect(problem(["other.pt"], reading: ["model.pt"]) == nil)
        #expect(problem(["new.pt"], reading: ["model.pt", "frames", "absent"]) == nil)
        #expect(problem(["model.pt"], reading: ["absent"]) == nil)
    }

    @Test func whatAFolderHoldsIsAnInput() throws {
        try link("frames/3.png", to: "../other.pt")
        #expect(problem(["frames/1.png"], reading: ["frames"])?.contains("one of the inputs") == true)
        #expect(problem(["other.pt"], reading: ["frames"])?.contains("one of the inputs") == true)
        #expect(problem(["frames"], reading: ["frames"])?.contains("one of the inputs") == true)
        // A folder whose own files are read, and one that is read with all in it.
        #expect(problem(["frames/inner/2.png"], reading: ["frames"]) == nil)
        #expect(problem(["frames/inner/2.png"], trees: ["frames"])?.contains("one of the inputs") == true)
        #expect(problem(["frames/4.png"], trees: ["frames"]) == nil)
        // Links in a circle come to an end.
        try link("frames/inner/circle", to: "..")
        #expect(problem(["results/old.png"], trees: ["frames"]) == nil)
    }

    @Test func aNameThatIsNoTextIsAnInputToo() throws {
        let bytes = Array("\(folder.path)/frames/caf".utf8CString.dropLast()) + [CChar(bitPattern: 0xe9), 0]
        try #require(Foundation.link(folder.file("other.pt"), bytes) == 0)
        #expect(problem(["other.pt"], reading: ["frames"])?.contains("one of the inputs") == true)
    }

    @Test func aFolderThatHoldsAnInputIsNotReplaced() throws {
        #expect(problem(["frames"], reading: ["frames/1.png"])?.contains("holds one of the inputs") == true)
        #expect(problem(["frames"], reading: ["frames/inner/2.png"])?.contains("holds one of the inputs") == true)
        #expect(problem(["results"], reading: ["frames/1.png"]) == nil)
        // A link in the folder, one into it, and a second name in it.
        try link("results/way.pt", to: "../model.pt")
        #expect(problem(["results"], reading: ["results/way.pt"])?.contains("holds one of the inputs") == true)
        try link("into.png", to: "results/old.png")
        #expect(problem(["results"], reading: ["into.png"])?.contains("holds one of the inputs") == true)
        try #require(Foundation.link(folder.file("frames/1.png"), folder.file("results/second.png")) == 0)
        #expect(problem(["results"], reading: ["frames"])?.contains("holds one of the inputs") == true)
    }

    @Test func twoOutputsHaveTwoPlaces() throws {
        try link("same", to: ".")
        try link("dangling", to: "new.mp4")
        try #require(Foundation.link(folder.file("model.pt"), folder.file("hard")) == 0)
        for (one, other) in [
            ("new.mp4", "new.mp4"), ("new.mp4", "same/new.mp4"), ("new.mp4", "frames/../new.mp4"), ("new.mp4", "dangling"),
            ("new.mp4", "NEW.mp4"), ("absent/a", "same/Absent/A"), ("model.pt", "hard"), ("new/", "new"),
        ] {
            #expect(problem([one, other])?.contains("two outputs") == true, "\(one) \(other)")
            #expect(problem([other, one])?.contains("two outputs") == true, "\(other) \(one)")
        }
        #expect(problem(["new", "new/motion.json"])?.contains("one within the other") == true)
        #expect(problem(["results/motion.json", "results"])?.contains("one within the other") == true)
        #expect(problem(["new.mp4", "new.json"]) == nil)
        #expect(problem(["frames/new", "results/new"]) == nil)
    }
}
