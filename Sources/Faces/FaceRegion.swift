import Foundation
import Tensors

/// A region of the face that the network with attention looks at a second time: the lips or an eye.
package struct FaceRegion: Sendable {
    /// The points of the mesh that lie in it, whose places the second look gives anew.
    let points: [Int]
    /// The points that make its axis, on the picture's left and right.
    let left, right: Int

    /// Rows and columns of the picture of a region.
    static let side = 16
    /// How much wider than its points' box the region is.
    private static let margin: Float = 1.5

    /// In the order in which the network takes them.
    package static let all = [
        FaceRegion(points: MeshTopology.lips, left: 61, right: 291), FaceRegion(points: MeshTopology.leftEye, left: 33, right: 133),
        FaceRegion(points: MeshTopology.rightEye, left: 362, right: 263),
    ]

    /// The map from the region's picture, 0 to 16 in both directions, to pixels of the features.
    ///
    /// With the angle r of the axis: u ↦ c + Rot(r)·((1.5·w/16, 1.5·h/16)∘(u − 8)), where w×h is the box of the points turned by −r, and
    /// c its middle.
    ///
    /// - Parameter landmarks: (1, 468, 3), in pixels of the features.
    /// - Returns: (1, 4, 4), the third and fourth rows of the unit matrix.
    package func map(landmarks: Tensor) -> Tensor {
        defer { keepAlive(landmarks) }
        let p = landmarks.pointer
        let turn = -atan2(p[3 * right + 1] - p[3 * left + 1], p[3 * right] - p[3 * left])
        let (c, s) = (cos(turn), sin(turn))
        var low = SIMD2<Float>(repeating: .infinity), high = -low
        for point in points {
            let (x, y) = (p[3 * point], p[3 * point + 1])
            let turned = SIMD2(x * c - y * s, x * s + y * c)
            low = pointwiseMin(low, turned)
            high = pointwiseMax(high, turned)
        }
        let middle = (low + high) / 2, scale = (high - low) * Self.margin / Float(Self.side), half = Float(Self.side) / 2
        let center = SIMD2(middle.x * c + middle.y * s, -middle.x * s + middle.y * c)
        let rows: [Float] = [
            scale.x * c, scale.y * s, 0, center.x - half * (scale.x * c + scale.y * s),
            -scale.x * s, scale.y * c, 0, center.y - half * (scale.y * c - scale.x * s),
            0, 0, 1, 0,
            0, 0, 0, 1,
        ]
        return Tensor(rows, [1, 4, 4])
    }

    /// Points (1, n, 2) by a map (1, 4, 4): (x, y) ↦ the first two of M·(x, y, 0, 1).
    package static func moved(_ points: Tensor, by map: Tensor) -> Tensor {
        defer { keepAlive(points, map) }
        let result = Tensor(uninitialized: points.shape), m = map.pointer
        for index in 0..<points.count / 2 {
            let (x, y) = (points.pointer[2 * index], points.pointer[2 * index + 1])
            result.mutablePointer[2 * index] = m[0] * x + m[1] * y + m[3]
            result.mutablePointer[2 * index + 1] = m[4] * x + m[5] * y + m[7]
        }
        return result
    }
}
