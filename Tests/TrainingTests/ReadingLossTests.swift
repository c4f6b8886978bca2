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

    /// A face of points whose turn, lids and lips are known by construction.
    private func face(yaw: Double = 0, lids: Float = 0.3, lips: Float = 0.1) -> [SIMD3<Float>] {
        var points = [SIMD3<Float>](repeating: SIMD3(0, 0, 0), count: MeshTopology.count)
        // Level pairs, the middle of the head, and what lids, irises and lips are measured by; breadth of an eye 0.2.
        let places: [(Int, Float, Float)] = [
            (33, -0.5, 0), (133, -0.3, 0), (362, 0.3, 0), (263, 0.5, 0), (234, -0.8, 0.2), (454, 0.8, 0.2), (127, -0.8, -0.2),
            (356, 0.8, -0.2), (93, -0.75, 0.4), (323, 0.75, 0.4), (9, 0, -0.3), (2, 0, 0.5), (151, 0, -0.5), (164, 0, 0.6),
            (61, -0.3, 0.7), (291, 0.3, 0.7), (0, 0, 0.65), (468, -0.4, 0), (473, 0.4, 0),
        ]
        for (index, x, y) in places { points[index] = SIMD3(x, y, 0) }
        for (upper, lower, x) in [(159, 145, -0.4), (158, 153, -0.37), (160, 144, -0.43), (386, 374, 0.4), (385, 380, 0.37), (387, 373, 0.43)] {
            points[upper] = SIMD3(Float(x), -0.1 * lids, 0)
            points[lower] = SIMD3(Float(x), 0.1 * lids, 0)
        }
        (points[13], points[14]) = (SIMD3(0, 0.7 - lips / 2, 0), SIMD3(0, 0.7 + lips / 2, 0))
        let (c, s) = (Float(cos(yaw)), Float(sin(yaw)))
        // Points before the axis go to the right where the head turns right.
        return points.map { SIMD3($0.x * c - $0.z * s, $0.y, $0.z * c + $0.x * s) }
    }

    @Test func measuresOfAMadeFaceAreThoseItWasMadeWith() {
        let straight = FaceMeasures(face()), turned = FaceMeasures(face(yaw: 0.4, lids: 0.1, lips: 0.25))
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
