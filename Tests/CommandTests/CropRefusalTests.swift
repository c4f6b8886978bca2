import Foundation
import Testing
import TestSupport

/// Squares and faces that contradict each other, or that are not there.
@Suite struct CropRefusalTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try Samples.picture().write(to: folder.file("source.png"))
    }

    private func animate(_ options: String...) throws -> CommandRun {
        try CommandRun.lia(
            [
                "animate", "-m", Fixture.path("reference/lia-tiny.pt"), "-s", folder.file("source.png"), "-d", folder.file("source.png"),
                "-o",
                folder.file("out.png"),
            ] + options)
    }

    @Test func aFaceAndAnotherSquareExcludeEachOther() throws {
        for options in [["--face", "2", "--crop", "centre"], ["--face", "all", "--crop", "32,32,20"], ["--face", "1", "--fit", "pad"]] {
            let run = try CommandRun.lia(["animate", "-s", "a.png", "-d", "b.mp4", "-o", "c.mp4"] + options)
            #expect(run.exitCode == 64 && run.errors.contains("--face chooses the face"), "\(options): \(run.errors)")
        }
        let driving = try animate("--driving-face", "2", "--driving-crop", "centre")
        #expect(driving.exitCode == 64 && driving.errors.contains("--driving-face chooses the face"), "\(driving.errors)")
    }

    /// Whether the networks are here or not, a face that was asked for is not replaced by the middle.
    @Test func aFaceThatIsNotThereIsAnError() throws {
        for face in ["2", "all", "left", "largest"] {
            let run = try animate("--face", face)
            #expect(run.exitCode == 65 && !folder.names.contains("out.png"), "\(face): \(run.exitCode) \(run.errors)")
        }
    }

    @Test func refusedNumbersSayWhichAreAllowed() throws {
        for square in ["1,2,0", "1,2", "350,240,1"] {
            let run = try animate("--crop", square)
            #expect(run.exitCode == 64 && run.errors.contains("a side of at least 16 pixels"), "\(square): \(run.errors)")
        }
        let face = try animate("--face", "0")
        #expect(face.exitCode == 64 && face.errors.contains("a number from 1"), "\(face.errors)")
    }
}
