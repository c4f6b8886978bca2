import Evaluation
import Faces
import Foundation
import Media
import Testing

@Suite struct FaceMeasureTests {
    private func distances(_ lids: Float, _ lips: Float) -> FaceDistances {
        FaceDistances(lids: lids, lips: lips, brows: 0.3, breadth: 2 * lips)
    }

    /// A result that moves half as far follows with a correlation of 1 and a slope of ½; what hardly moves says nothing.
    @Test func slopeAndCorrelationAreThoseOfALine() throws {
        var following = ExpressionFollowing()
        for frame in 0..<20 {
            let move = Float(frame % 5) * 0.05
            following.add(driving: distances(0.2 + move, 0.1 + 0.001 * move), result: distances(0.4 + 0.5 * move, 0.2))
            // Frames in which either face is not seen are left out.
            following.add(driving: nil, result: distances(9, 9))
            following.add(driving: distances(9, 9), result: nil)
        }
        let scores = following.scores
        let correlation = try #require(scores[.lidsCorrelation]), slope = try #require(scores[.lidsSlope])
        #expect(abs(correlation - 1) < 1e-5 && abs(slope - 0.5) < 1e-5)
        #expect(scores[.lipsCorrelation] == nil && scores[.lipsSlope] == nil && scores[.browsSlope] == nil && scores[.breadthSlope] == nil)
    }

    @Test func oppositeAndTooFewFramesAreTold() {
        var opposite = ExpressionFollowing(), few = ExpressionFollowing()
        for frame in 0..<12 {
            let move = Float(frame % 3) * 0.1
            opposite.add(driving: distances(0.3, 0.1 + move), result: distances(0.3, 0.5 - 2 * move))
            if frame < 9 { few.add(driving: distances(0.3, move), result: distances(0.3, move)) }
        }
        #expect(abs(opposite.scores[.lipsCorrelation]! + 1) < 1e-5 && abs(opposite.scores[.lipsSlope]! + 2) < 1e-4)
        #expect(abs(opposite.scores[.breadthSlope]! + 2) < 1e-4)
        #expect(few.scores.isEmpty)
    }

    /// All points shifted by (3, 4) of a face of 100 pixels: 0.05 of its size.
    @Test func keypointDistanceIsPartOfTheFace() {
        func face(_ shift: SIMD3<Float>) -> Face {
            let points = (0..<478).map { index -> SIMD3<Float> in
                SIMD3<Float>(Float(index % 26) * 4, Float(index / 26) * 5, 0) + shift
            }
            return Face(landmarks: points, score: 1, presence: 1)
        }
        let truth = face(.zero)
        #expect(truth.box.width == 100)
        #expect(abs(KeypointDistance.between(face([3, 4, 9]), truth: truth) - 0.05) < 1e-6)
        #expect(KeypointDistance.between(truth, truth: truth) == 0)
    }

    /// A checkered face between a half that is blurred away and the whole truth; what is outside of the outline does not count.
    @Test func contrastIsPartOfTheTruthsInsideTheFace() throws {
        let side = 64
        func picture(_ value: (Int, Int) -> Int) -> Picture {
            Picture(width: side, height: side, pixels: (0..<3 * side * side).map { UInt8(value($0 / 3 % side, $0 / 3 / side)) })
        }
        var points = [SIMD3<Float>](repeating: .zero, count: MeshTopology.count)
        for (index, point) in MeshTopology.oval.enumerated() {
            let angle = Float(index) / Float(MeshTopology.oval.count) * 2 * .pi
            points[point] = [32 + 16 * sin(angle), 32 - 16 * cos(angle), 0]
        }
        let face = Face(landmarks: points, score: 1, presence: 1)
        func checkers(_ amplitude: Int) -> Picture { picture { x, y in 128 + (x + y) % 2 * 2 * amplitude - amplitude } }
        let truth = checkers(40)
        #expect(FaceContrast.between(truth, truth: truth, face: face) == 1)
        #expect(abs(try #require(FaceContrast.between(checkers(10), truth: truth, face: face)) - 0.25) < 1e-9)
        #expect(FaceContrast.between(checkers(0), truth: truth, face: face) == 0)
        #expect(FaceContrast.between(truth, truth: checkers(0), face: face) == nil)
        // Beyond the outline, by more than half of the window, all is noise.
        let noisy = picture { x, y in
            let (u, v) = (x - 32, y - 32)
            return u * u + v * v > 24 * 24 ? (x * 37 + y * 91) % 256 : 128 + (x + y) % 2 * 80 - 40
        }
        #expect(FaceContrast.between(noisy, truth: truth, face: face) == 1)
    }

    /// By hand: eyes 2 wide and 0.5 open, lips 1 apart of 8 between the outer corners, brows 2 above the lids, the mouth 5 broad.
    @Test func distancesAreThoseOfTheirPoints() {
        var points = [SIMD2<Float>](repeating: .zero, count: 468)
        for (outer, inner, pairs, x) in [
            (33, 133, [(159, 145), (158, 153), (160, 144)], Float(0)), (263, 362, [(386, 374), (385, 380), (387, 373)], 8),
        ] {
            points[outer] = [x, 0]
            points[inner] = [x == 0 ? 2 : 6, 0]
            for (upper, lower) in pairs { (points[upper], points[lower]) = ([x, -0.25], [x, 0.25]) }
        }
        (points[105], points[334]) = ([0, -2.25], [8, -2.25])
        (points[13], points[14]) = ([4, 5], [4, 6])
        (points[61], points[291]) = ([2, 5], [6, 8])
        let found = FaceDistances(points)
        #expect(abs(found.lids - 0.25) < 1e-6 && abs(found.lips - 0.125) < 1e-6 && abs(found.brows - 0.25) < 1e-6)
        #expect(abs(found.breadth - 0.625) < 1e-6)
    }
}
