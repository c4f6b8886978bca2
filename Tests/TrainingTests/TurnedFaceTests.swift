import Checkpoints
import Faces
import Foundation
import Media
import Tensors
import TestSupport
import Testing
import Training

/// Faces of photos that are turned in space by the depth of their landmarks.
@Suite struct TurnedFaceTests {
    private let face = TurnedFace(points: MadeFace.points())

    @Test func turnsAndNodsAddUp() {
        var turn = FaceTurn()
        #expect(zip(face.moved(turn), MadeFace.points()).allSatisfy { ($0 - $1).max() < 1e-6 && ($0 - $1).min() > -1e-6 })
        turn.yaw = 0.3
        let turned = FaceMeasures(face.moved(turn))
        #expect(abs(turned.yaw - 0.3) < 1e-5 && abs(turned.pitch) < 1e-5 && abs(turned.roll) < 1e-5 && abs(turned.width - 1.6) < 1e-5)
        // The head's axis is behind the face, which a turn to the right takes to the right.
        #expect(abs(turned.center.x - 0.35 * 1.6 * Float(sin(0.3))) < 1e-5)
        turn.yaw = 0
        turn.pitch = 0.2
        let nodded = FaceMeasures(face.moved(turn))
        #expect(abs(nodded.pitch - 0.2) < 1e-5 && abs(nodded.yaw) < 1e-5 && nodded.center.y < -0.05)
    }

    @Test func lidsShutAndBrowsRise() {
        var turn = FaceTurn()
        (turn.leftBlink, turn.rightBlink) = (1, 0.5)
        let blinking = FaceMeasures(face.moved(turn))
        #expect(blinking.leftLids < 1e-5 && abs(blinking.rightLids - 0.15) < 1e-5)
        turn = FaceTurn()
        turn.brows = 0.05
        let raised = FaceMeasures(face.moved(turn)), rest = FaceMeasures(MadeFace.points())
        #expect(raised.brows > rest.brows + 0.03 && raised.brows < rest.brows + 0.051 && abs(raised.lips - rest.lips) < 1e-3)
    }

    /// A face that is turned already is turned no farther than its mesh shows; back it may go.
    @Test func turnsEndWhereTheMeshHidesItself() {
        let right = TurnedFace(points: MadeFace.points(yaw: 0.3))
        var turn = FaceTurn()
        turn.yaw = 0.3
        #expect(abs(right.limited(turn).yaw - 0.1) < 1e-5)
        turn.yaw = -0.3
        #expect(right.limited(turn).yaw == -0.3)
    }

    /// Every pixel of a turned picture inside the face is the frame's at the place that the known flow says.
    @Test func picturesAreAsTheirFlowSays() throws {
        let folder = try TemporaryFolder(), size = 64
        let data = folder.file("data.safetensors"), marks = folder.file("landmarks.safetensors")
        // A slope of red from left to right and of green from top to bottom: a color tells its place.
        try DataSample.write(data, size: size, clips: [("a", 1)]) { _, _ in
            Picture(width: size, height: size) { pixels in
                for p in 0..<size * size {
                    pixels[3 * p] = UInt8(p % size * 4)
                    pixels[3 * p + 1] = UInt8(p / size * 4)
                    pixels[3 * p + 2] = 0
                }
            }
        }
        let points = MadeFace.points().map { $0 * 0.8 }
        let corners: [[Float]] = [[127, 356, 2, 0], [234, 127, 2, 0], [356, 454, 2, 0]]
        try SafetensorsFile.write(
            [
                ("landmarks", Tensor(points.flatMap { [$0.x, $0.y, $0.z] }, [1, points.count, 3])),
                ("triangles", Tensor(corners.flatMap { $0 }, [3, 4])),
            ], as: .float32, metadata: ["lia_landmarks": "2"], to: marks, overwrite: false)
        let dataset = try Dataset(path: data)
        var sampler = GroupSampler(
            dataset: dataset, clips: [0], groupSize: 3, augmentation: .none,
            landmarks: try FaceLandmarks(path: marks, dataset: dataset), seed: 2)
        var compared = 0
        for _ in 0..<4 {
            let group = sampler.group(sampler.choose(pseudoMotion: 1, turned: 1))
            let motion = try #require(group.knownMotion as? FaceMotion)
            #expect(group.poses.allSatisfy { $0 != nil } && group.regions.allSatisfy { $0 != nil })
            for member in 0..<3 {
                let (grid, weight, _) = motion.grid(source: 0, driving: member, size: size)
                let picture = group.pictures.items(member..<member + 1).values
                for p in 0..<size * size where weight.values[p] > 0 {
                    for axis in 0..<2 {
                        // Pixel i has the level 4i, and its center stands at (2i + 1)/64 − 1.
                        let pixel = (grid.values[2 * p + axis] + 1) * Float(size) / 2 - 0.5
                        let expected = min(max(pixel, 0), Float(size - 1)) * 4 / 255 * 2 - 1
                        #expect(abs(picture[axis * size * size + p] - expected) < 0.01)
                    }
                    compared += 1
                }
            }
        }
        #expect(compared > 4000)
    }
}
