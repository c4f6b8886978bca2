import Checkpoints
import Faces
import Foundation
import Media
import ModelLibrary
import Testing
import TestSupport
import Training

/// Data sets around faces, and their landmarks.
@Suite(.enabled(if: FacesCommandTests.arePresent, FacesCommandTests.absence)) struct FacePreparationTests {
    let folder: TemporaryFolder
    let films: String

    /// A film of two people, one after the other and each off the middle, one of nobody, and two photos.
    init() throws {
        folder = try TemporaryFolder()
        films = folder.file("films")
        try FileManager.default.createDirectory(atPath: films, withIntermediateDirectories: true)
        let writer = try VideoWriter(
            path: films + "/two.mp4", width: 400, height: 260, frameRate: Rational(25, 1), timeBase: Rational(1, 25))
        for (shot, person) in [(0, "4"), (1, "9")] {
            let clip = folder.file("person-\(person).mp4")
            _ = try CommandRun.lia([
                "puppets", "--identity", person, "--motion", "2", "--frame-count", "8", "--size", "200", "--output", clip,
            ])
            let reader = try FrameReader(clip)
            var number = 0
            while let frame = try reader.next() {
                var scene = Samples.picture(width: 400, height: 260, shift: shot == 0 ? 2 : -2)
                for row in 0..<200 {
                    let from = 3 * row * 200, to = 3 * ((row + 30) * 400 + 190 * shot)
                    scene.pixels.replaceSubrange(to..<to + 600, with: frame.picture.pixels[from..<from + 600])
                }
                try writer.write(scene, time: Int64(8 * shot + number), duration: 1)
                number += 1
            }
        }
        try writer.finish()
        try Samples.video(films + "/nobody.mp4", frames: 6)
        for (name, pose) in [("open", "mouth_open=0.9"), ("shut", "mouth_open=0")] {
            _ = try CommandRun.lia(["puppets", "--identity", "2", "--size", "256", "--output", films + "/\(name).png", "--pose", pose])
        }
    }

    @Test func clipsAreCroppedShotByShotAndLandmarksFound() throws {
        let data = folder.file("data.safetensors"), landmarks = folder.file("landmarks.safetensors")
        let run = try CommandRun.lia([
            "prepare", films, "--output", data, "--landmarks", landmarks, "--crop", "face", "--frames-per-second", "100",
        ])
        #expect(run.exitCode == 0, "\(run)")
        #expect(run.errors.contains("skipped: \(films)/nobody.mp4: no face found"))
        let dataset = try Dataset(path: data)
        #expect(dataset.clips.map(\.name) == ["open", "shut", "two, shot 1", "two, shot 2"])
        #expect(dataset.clips.map(\.count) == [1, 1, 8, 8] && dataset.clips[0].kind == .photo)
        // Faces take 1/1.8 of the side, their middle at 0.5 + 0.06 of the height.
        let finder = try FaceFinder(amongModels: ModelLocator.folders)
        for clip in dataset.clips {
            let box = try #require(finder.faces(in: dataset.picture(clip.first)).first?.box), side = Float(dataset.size)
            #expect(abs(max(box.width, box.height) / side - 1 / 1.8) < 0.06 && abs((box.left + box.right) / 2 / side - 0.5) < 0.06)
            #expect(abs((box.top + box.bottom) / 2 / side - 0.56) < 0.06)
        }
        // The file is what training reads, with every face found.
        #expect(run.output.contains("landmarks of 18 of 18 frames"))
        _ = try FaceLandmarks(path: landmarks, dataset: dataset)
        let file = try Checkpoint.open(landmarks), points = try file.tensor("landmarks")
        #expect(points.shape == [18, 478, 3] && points.values.allSatisfy { abs($0) < 1.2 })
        // Of the photos one's mouth is open 0.9, the other's shut: in distances of the eyes' outer corners, a fifth and nothing.
        let lips = (0..<2).map { photo in
            FaceMeasures(
                (0..<478).map { point in
                    let place = 3 * (photo * 478 + point), values = points.values
                    return SIMD3(values[place], values[place + 1], values[place + 2])
                }
            ).lips
        }
        #expect(lips[0] > 0.12 && lips[1] < lips[0] - 0.08, "\(lips)")
        let triangles = try file.tensor("triangles")
        #expect((700...900).contains(triangles.shape[0]) && triangles.shape[1] == 4)
        #expect(stride(from: 3, to: triangles.count, by: 4).filter { triangles.values[$0] == 1 }.count > 10)
        // Again of the data set alone, with the same content; over itself it is not written.
        let again = folder.file("again.safetensors")
        #expect(try CommandRun.lia(["prepare", data, "--landmarks", again, "-q"]).exitCode == 0)
        #expect(try Data(contentsOf: URL(fileURLWithPath: again)) == Data(contentsOf: URL(fileURLWithPath: landmarks)))
        #expect(try CommandRun.lia(["prepare", data, "--landmarks", data, "--overwrite"]).exitCode == 74)
    }

    @Test func wrongWishesAreRefused() throws {
        #expect(try CommandRun.lia(["prepare", films]).exitCode == 64)
        #expect(try CommandRun.lia(["prepare", films, "-o", folder.file("x"), "--crop", "face", "--fit", "pad"]).exitCode == 64)
        let nothing = folder.file("nothing")
        try FileManager.default.createDirectory(atPath: nothing, withIntermediateDirectories: true)
        try Samples.video(nothing + "/nobody.mp4", frames: 4)
        let run = try CommandRun.lia(["prepare", nothing, "-o", folder.file("x.safetensors"), "--crop", "face"])
        #expect(run.exitCode == 65 && run.errors.contains("nothing usable"))
        // Landmarks of frames without faces.
        #expect(try CommandRun.lia(["prepare", nothing, "-o", folder.file("y.safetensors"), "-q"]).exitCode == 0)
        let faceless = try CommandRun.lia(["prepare", folder.file("y.safetensors"), "--landmarks", folder.file("z.safetensors")])
        #expect(faceless.exitCode == 65 && faceless.errors.contains("no face was found"))
    }
}
