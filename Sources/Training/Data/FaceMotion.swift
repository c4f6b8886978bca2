import Puppets
import Tensors

/// What landmarks say of the motion between frames of a clip: the flow of the face, triangle by triangle, and parts of the pose.
package struct FaceMotion: KnownMotion {
    private let triangles: [FaceLandmarks.Triangle]
    /// Each member's landmarks in its picture; nil where no face was found.
    private let points: [[SIMD2<Float>]?]
    private let isMirrored: Bool
    private let parts: Set<String>
    /// Each member's pose; nil where the head moves, which changes what landmarks say of lids and lips.
    private let poses: [PuppetPose?]

    /// - Parameters:
    ///   - frames: each member's frame, as an index in the data set.
    ///   - maps: each member's map from positions in its picture to positions in the frame.
    ///   - isMoment: true where the frames are so near one another that the head hardly moves.
    package init(_ landmarks: FaceLandmarks, frames: [Int], maps: [PictureMap], isMirrored: Bool, isMoment: Bool) {
        triangles = landmarks.triangles
        self.isMirrored = isMirrored
        parts = Set(landmarks.parts.map(\.name))
        points = zip(frames, maps).map { frame, map in
            let inverse = map.affine.inverse
            return landmarks.points(frame: frame).map { points in
                points.map { point in
                    var displacement = SIMD2<Float>()
                    let place = map.origin(Double(point.x), Double(point.y), inverse: inverse, displacement: &displacement)
                    return SIMD2(Float(place.x), Float(place.y))
                }
            }
        }
        poses = frames.map { isMoment ? landmarks.pose(frame: $0) : nil }
    }

    package func change(of known: KnownDirection, from source: Int, to driving: Int) -> Float? {
        guard known.partNames.isSubset(of: parts), let from = poses[source], let to = poses[driving] else { return nil }
        return known.magnitude(to) - known.magnitude(from)
    }

    package func grid(source: Int, driving: Int, size: Int) -> (grid: Tensor, weight: Tensor, opened: Tensor) {
        var flow = FaceFlow(size: max(size, PuppetFlow.smallest), isMirrored: isMirrored)
        if let from = points[source], let to = points[driving] {
            for triangle in triangles { flow.add(triangle, source: from, driving: to) }
        }
        return flow.known.grid(size: size)
    }
}
