import Foundation

/// How a face is turned, in radians, and how it lies in its picture by a few points that expressions hardly move.
public struct FacePose: Equatable, Sendable {
    /// Around the upright axis: positive where the face looks to the picture's right.
    public let yaw: Float
    /// Positive where the face looks down.
    public let pitch: Float
    /// In the picture's plane, clockwise.
    public let roll: Float
    /// The eyes' corners, the bridge and wings of the nose, and the point under it, in pixels.
    public let anchors: [SIMD2<Float>]

    private static let anchorPoints = [33, 133, 362, 263, 168, 98, 327, 2]

    public init(_ face: Face) {
        let points = face.landmarks
        // From ear to ear and from the forehead to the chin, in three dimensions.
        let across = points[454] - points[234], down = points[152] - points[10]
        yaw = atan2(across.z, (across.x * across.x + across.y * across.y).squareRoot())
        pitch = atan2(down.z, (down.x * down.x + down.y * down.y).squareRoot())
        roll = atan2(across.y, across.x)
        anchors = Self.anchorPoints.map(face.point)
    }

    /// The angle between two poses, in radians: the root of the summed squares of the three turns.
    public func distance(to other: FacePose) -> Float {
        let (a, b, c) = (yaw - other.yaw, pitch - other.pitch, roll - other.roll)
        return (a * a + b * b + c * c).squareRoot()
    }
}
