import Faces
import Foundation
import Media
import ModelLibrary
import Testing
import TestSupport

/// `lia faces`, run as users run it, on drawn people.
@Suite struct FacesCommandTests {
    static let arePresent = FaceFinder.folder(amongModels: ModelLocator.folders) != nil
    static let absence: Comment = "the networks that find faces are not here; 'Tools/install-dependencies --faces' brings them"

    private struct Found: Decodable {
        struct Face: Decodable {
            let x, y, width, height, score, presence, angle: Double
            let landmarks: [[Double]]
            let keypoints: [String: [Double]]
        }

        struct Frame: Decodable {
            let time: Double
            let faces: [Face]
        }

        let width, height: Int
        let faces: [Face]?
        let frames: [Frame]?
    }

    private func decoded(_ run: CommandRun) throws -> Found { try JSONDecoder().decode(Found.self, from: Data(run.output.utf8)) }

    @Test(.enabled(if: arePresent, absence)) func aPictureIsListedAndMarked() throws {
        let folder = try TemporaryFolder(), picture = folder.file("person.png"), marked = folder.file("marked.png")
        #expect(try CommandRun.lia(["puppets", "--identity", "1", "--output", picture]).exitCode == 0)
        let listed = try CommandRun.lia(["faces", picture])
        #expect(listed.exitCode == 0 && listed.output.hasPrefix("1: ") && listed.output.split(separator: "\n").count == 1, "\(listed)")

        let run = try CommandRun.lia(["faces", picture, "--json", "--output", marked]), found = try decoded(run)
        #expect(run.exitCode == 0 && found.width == 256 && found.height == 256 && found.frames == nil)
        let face = try #require(found.faces?.first)
        #expect(found.faces?.count == 1 && face.landmarks.count == 478 && face.landmarks.allSatisfy { $0.count == 3 })
        #expect(face.score > 0.5 && face.presence > 0.9 && abs(face.angle) < 10 && face.width > 60 && face.height > 60)
        #expect(Set(face.keypoints.keys) == ["left_eye", "right_eye", "nose_tip", "mouth_left", "mouth_right", "chin"])
        let (eye, chin) = (try #require(face.keypoints["left_eye"]), try #require(face.keypoints["chin"]))
        #expect(eye[0] < 128 && eye[1] < chin[1])
        // The marks change the face alone: the corners stay as they were.
        let (before, after) = (try Picture.read(picture), try Picture.read(marked))
        #expect(before.width == after.width && before.pixels != after.pixels && before.pixels.prefix(90) == after.pixels.prefix(90))
        // The result is never written over the input, nor over another file unasked.
        #expect(try CommandRun.lia(["faces", picture, "--output", picture, "--overwrite"]).exitCode == 74)
        #expect(try CommandRun.lia(["faces", picture, "--output", marked]).exitCode == 74)
        #expect(try Picture.read(picture) == before)
    }

    @Test(.enabled(if: arePresent, absence)) func aVideoIsFollowedAndMarked() throws {
        let folder = try TemporaryFolder(), video = folder.file("person.mp4"), marked = folder.file("marked.mp4")
        #expect(
            try CommandRun.lia(["puppets", "--identity", "2", "--motion", "1", "--frame-count", "12", "--output", video]).exitCode == 0)
        let run = try CommandRun.lia(["faces", video, "--json", "--output", marked]), frames = try #require(try decoded(run).frames)
        #expect(frames.count == 12 && frames.allSatisfy { $0.faces.count == 1 })
        #expect(zip(frames, frames.dropFirst()).allSatisfy { $0.time < $1.time } && frames[0].time == 0)
        let reader = try FrameReader(marked)
        var count = 0
        while try reader.next() != nil { count += 1 }
        #expect(count == 12)
        #expect(try CommandRun.lia(["faces", video]).output == "12 frames, 12 with a face, at most 1 face a frame\n")
    }

    @Test(.enabled(if: arePresent, absence)) func noFaceIsSaidWithTheWayOut() throws {
        let folder = try TemporaryFolder(), picture = folder.file("disc.png"), marked = folder.file("marked.png")
        try Samples.picture(width: 200, height: 150).write(to: picture)
        let run = try CommandRun.lia(["faces", picture, "--output", marked])
        #expect(run.exitCode == 65 && run.output.isEmpty && run.errors.split(separator: "\n").count == 1)
        #expect(run.errors.contains("no face found") && run.errors.contains("--small") && run.errors.contains("--crop centre"))
        #expect(folder.names == ["disc.png"])
        let json = try CommandRun.lia(["faces", picture, "--json"])
        let faces = try #require(try decoded(json).faces)
        #expect(json.exitCode == 0 && faces.isEmpty)
    }

    @Test func absentNetworksAreSaidWithTheCommandThatBringsThem() throws {
        let folder = try TemporaryFolder(), picture = folder.file("disc.png")
        try Samples.picture().write(to: picture)
        let run = try CommandRun.lia(["faces", picture, "--faces-model", folder.path])
        #expect(run.exitCode == 65 && run.errors.split(separator: "\n").count == 1)
        #expect(run.errors.contains("Tools/install-dependencies --faces"))
        // A damaged one is named.
        for name in FaceFinder.fileNames { try Data("TFL3TFL3TFL3".utf8).write(to: URL(fileURLWithPath: folder.file(name))) }
        let damaged = try CommandRun.lia(["faces", picture, "--faces-model", folder.path])
        #expect(damaged.exitCode == 65 && damaged.errors.split(separator: "\n").count == 1 && damaged.errors.contains(".tflite"))
    }

    @Test(.enabled(if: arePresent, absence)) func unreadableInputIsNamed() throws {
        let folder = try TemporaryFolder(), text = folder.file("text.png")
        try Data("no picture".utf8).write(to: URL(fileURLWithPath: text))
        for path in [text, folder.file("absent.jpg")] {
            let run = try CommandRun.lia(["faces", path])
            #expect(run.exitCode == 65 && run.errors.split(separator: "\n").count == 1 && run.errors.contains(path))
        }
    }
}
