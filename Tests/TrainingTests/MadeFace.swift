import Faces
import Foundation

/// A face put together of the points that measures rest on.
enum MadeFace {
    /// A face of points whose turn, lids and lips are known by construction.
    static func points(yaw: Double = 0, lids apart: Float = 0.3, lips: Float = 0.1) -> [SIMD3<Float>] {
        var points = [SIMD3<Float>](repeating: SIMD3(0, 0, 0), count: MeshTopology.count)
        // Level pairs, the middle of the head, and what lids, irises and lips are measured by; breadth of an eye 0.2.
        let places: [(Int, Float, Float)] = [
            (33, -0.5, 0), (133, -0.3, 0), (362, 0.3, 0), (263, 0.5, 0), (234, -0.8, 0.2), (454, 0.8, 0.2), (127, -0.8, -0.2),
            (356, 0.8, -0.2), (93, -0.75, 0.4), (323, 0.75, 0.4), (9, 0, -0.3), (2, 0, 0.5), (151, 0, -0.5), (164, 0, 0.6),
            (61, -0.3, 0.7), (291, 0.3, 0.7), (0, 0, 0.65), (468, -0.4, 0), (473, 0.4, 0),
        ]
        for (index, x, y) in places { points[index] = SIMD3(x, y, 0) }
        let lids: [(upper: Int, lower: Int, x: Float)] = [
            (159, 145, -0.4), (158, 153, -0.37), (160, 144, -0.43), (386, 374, 0.4), (385, 380, 0.37), (387, 373, 0.43),
        ]
        for (upper, lower, x) in lids {
            points[upper] = SIMD3(x, -0.1 * apart, 0)
            points[lower] = SIMD3(x, 0.1 * apart, 0)
        }
        (points[13], points[14]) = (SIMD3(0, 0.7 - lips / 2, 0), SIMD3(0, 0.7 + lips / 2, 0))
        let (c, s) = (Float(cos(yaw)), Float(sin(yaw)))
        // Points before the axis go to the right where the head turns right.
        return points.map { SIMD3($0.x * c - $0.z * s, $0.y, $0.z * c + $0.x * s) }
    }
}
