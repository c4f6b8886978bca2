import Faces
import Foundation
import Puppets
import Tensors
import TestSupport
import Testing
import Training

/// What poses that are known say to encoder and generator.
@Suite struct ReadingLossTests {
    /// A step whose only loss is the reading's brings the encoder nearer to the poses of drawn people.
    @Test func encodersLearnToReadPoses() throws {
        let folder = try TemporaryFolder(), data = folder.file("data.safetensors")
        try DataSample.write(data, size: 32, clips: [("a", 3)])
        var c = LIATrainingConfiguration()
        (c.network.size, c.network.channels, c.network.code, c.network.directions) = (32, "4:24 8:24 16:16 32:16", 32, 4)
        c.network.knownParts = "shift_x:1:20 roll:3:7.5"
        (c.data.groupSize, c.data.groups, c.data.puppets, c.data.expressions) = (4, 2, 1, 0.5)
        (c.data.pseudoMotionStart, c.data.pseudoMotionEnd) = (0, 0)
        (c.losses.l1, c.losses.perceptual, c.losses.flowStart, c.losses.flowEnd, c.losses.reading) = (1e-6, 0, 0, 0, 1)
        (c.optimization.learningRate, c.optimization.warmupSteps, c.seed) = (0.003, 0, 3)
        let trainer = try Trainer.of(c, dataset: try Dataset(path: data), clips: [0])
        let losses = try (0..<250).map { _ in try trainer.advance().losses["reading"]! }
        let (first, last) = (losses.prefix(20).reduce(0, +), losses.suffix(20).reduce(0, +))
        #expect(first > 0 && last < 0.8 * first, "\(first), \(last)")
    }

    /// Whatever all readings of a person have in common is no change; frames whose poses are not known and the source itself do not count.
    @Test func changesAreThoseFromTheSourceOn() throws {
        let shifts: [Float?] = [0.125, 0.25, nil, -0.375]
        let poses = shifts.map { shift -> PuppetPose? in
            guard let shift else { return nil }
            var pose = PuppetPose()
            pose.shiftX = shift
            return pose
        }
        let group = FrameGroup(
            pictures: Tensor(zeros: [4, 3, 8, 8]), identity: "a", clip: nil, frames: [], knownMotion: nil, poses: poses)
        func reads(_ direction: String) throws -> ReadingTargets {
            ReadingTargets(
                LIABatch([group], sources: [.frame(1)], isRelative: [false]), [try #require(KnownDirection(direction, directions: 3))],
                count: 3)
        }
        let targets = try reads("shift_x:2:20")
        func read(_ values: [Float]) -> Tensor { Tensor(values.flatMap { [7, $0, -7] }, [4, 3]) }
        #expect(targets.changesLoss(read([2.5, 5, 9, -7.5])).values == [0] && targets.loss(read([2.5, 5, 9, -7.5])).values == [0])
        // The poses' magnitudes, 2.5, 5 and −7.5, and 5 with all.
        #expect(targets.changesLoss(read([7.5, 10, 0, -2.5])).values == [0] && targets.loss(read([7.5, 10, 0, -2.5])).values == [25])
        // Of two changes one is 3 too much.
        #expect(targets.changesLoss(read([5.5, 5, 0, -7.5])).values == [4.5] && targets.loss(read([5.5, 5, 0, -7.5])).values == [3])
        // The source alone 3 too much: both changes are 3 too little.
        #expect(targets.changesLoss(read([2.5, 8, 0, -7.5])).values == [9])
        // Changes of −2.5 and −12.5 emphasized.
        let emphasized = try reads("shift_x:2:20:2")
        #expect(emphasized.changesLoss(read([0, 5, 0, -20])).values == [0] && emphasized.loss(read([2.5, 5, 9, -7.5])).values == [0])
    }

    @Test func measuresOfAMadeFaceAreThoseItWasMadeWith() {
        let straight = FaceMeasures(MadeFace.points()), turned = FaceMeasures(MadeFace.points(yaw: 0.4, lids: 0.1, lips: 0.25))
        #expect(abs(straight.yaw) < 1e-6 && abs(straight.pitch) < 1e-6 && abs(straight.roll) < 1e-6)
        #expect(abs(turned.yaw - 0.4) < 1e-5 && abs(turned.pitch) < 1e-5)
        #expect(abs(straight.leftLids - 0.3) < 1e-5 && abs(turned.rightLids - 0.1) < 1e-5)
        #expect(abs(straight.lips - 0.1) < 1e-5 && abs(turned.lips - 0.25) < 1e-5)
        #expect(abs(straight.width - 1.6) < 1e-5 && abs(turned.width - 1.6) < 1e-5)
        #expect(abs(straight.mouthWidth - 0.6) < 1e-5 && abs(straight.mouthCorners + 0.05) < 1e-5)
    }

    @Test func pointsAcrossTheFaceAreEachOthers() {
        let across = MeshTopology.mirrored
        #expect(across.count == MeshTopology.count && across.indices.allSatisfy { across[across[$0]] == $0 })
        for (left, right) in [(33, 263), (133, 362), (159, 386), (61, 291), (105, 334), (234, 454), (468, 473), (13, 13), (152, 152)] {
            #expect(across[left] == right && across[right] == left)
        }
    }
}
