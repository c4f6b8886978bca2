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
