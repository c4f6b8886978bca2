import Faces
import Foundation
import Testing

@Suite struct SimilarityTests {
    private let points: [SIMD2<Float>] = [[10, 20], [50, 22], [30, 60], [28, 41]]

    @Test func aKnownMapIsFound() throws {
        let (scale, angle, shift) = (Float(1.7), Float(0.4), SIMD2<Float>(-12, 33))
        let (c, s) = (scale * cos(angle), scale * sin(angle))
        let moved = points.map { SIMD2(c * $0.x - s * $0.y, s * $0.x + c * $0.y) + shift }
        let map = try #require(Similarity(from: points, to: moved))
        #expect(abs(map.a - c) < 1e-4 && abs(map.b - s) < 1e-4 && abs(map.shift.x - shift.x) < 1e-2 && abs(map.shift.y - shift.y) < 1e-2)
        let square = map.moved(FaceRectangle(x: 30, y: 40, side: 100, angle: 0.1))
        #expect(abs(square.side - 170) < 1e-2 && abs(square.angle - 0.5) < 1e-4)
        #expect(abs(square.x - (c * 30 - s * 40 + shift.x)) < 1e-2 && abs(square.y - (s * 30 + c * 40 + shift.y)) < 1e-2)
    }

    /// The sum of squares at the found map is no larger than at others near it.
    @Test func noNearerMapIsBetter() throws {
        let others = points.enumerated().map { $1 * 1.2 + SIMD2(Float($0 % 2) * 3, Float($0) - 1) }
        let map = try #require(Similarity(from: points, to: others))
        func error(_ a: Float, _ b: Float, _ shift: SIMD2<Float>) -> Float {
            zip(points, others).reduce(0) { sum, pair in
                let (p, q) = pair, line = SIMD2(a * p.x - b * p.y, b * p.x + a * p.y) + shift - q
                return sum + (line * line).sum()
            }
        }
        let least = error(map.a, map.b, map.shift)
        for (da, db, dx, dy) in [(0.01, 0, 0, 0), (-0.01, 0, 0, 0), (0, 0.01, 0, 0), (0, -0.01, 0, 0), (0, 0, 0.3, 0), (0, 0, 0, -0.3)]
            as [(Float, Float, Float, Float)]
        {
            #expect(error(map.a + da, map.b + db, map.shift + [dx, dy]) > least)
        }
        #expect(Similarity(from: [[1, 1], [1, 1]], to: [[0, 0], [5, 5]]) == nil)
    }
}
