import Faces
import Puppets
import Tensors

/// What landmarks say of the pictures of a clip: the flow of the face between them, triangle by triangle, its poses, and where eyes and
/// mouth are.
package struct FaceMotion: KnownMotion {
    private let triangles: [FaceLandmarks.Triangle]
    /// Each member's landmarks in its picture; nil where no face was found.
    private let points: [[SIMD3<Float>]?]
    private let isMirrored: Bool
    private let origin: FaceOrigin?

    /// - Parameters:
    ///   - clip: the clip's index in the data set.
    ///   - frames: each member's frame, as an index in the data set.
    ///   - maps: each member's map from positions in its picture to positions in the frame.
    package init(_ landmarks: FaceLandmarks, clip: Int, frames: [Int], maps: [PictureMap], isMirrored: Bool) {
        self.init(
            landmarks, clip: clip, points: zip(frames, maps).map { frame, map in landmarks.points(frame: frame).map(map.pictured) },
            isMirrored: isMirrored)
    }

    /// - Parameter points: each member's landmarks in its picture; nil where no face was found.
    init(_ landmarks: FaceLandmarks, clip: Int, points: [[SIMD3<Float>]?], isMirrored: Bool) {
        triangles = landmarks.triangles
        (self.points, self.isMirrored) = (points, isMirrored)
        origin = landmarks.origin(clip: clip)
    }

    /// Each member's pose; nil where no face was found, or where the landmarks are not those of the face mesh.
    var poses: [PuppetPose?] {
        faces.map { points in
            points.map { PuppetPose(FaceMeasures(isMirrored ? Self.exchanged($0) : $0), origin: origin) }
        }
    }

    /// Each member's eyes and mouth; nil as for poses.
    var regions: [FaceRegions?] { faces.map { points in points.map { FaceRegions($0.map { SIMD2($0.x, $0.y) }) } } }

    private var faces: [[SIMD3<Float>]?] { points.map { $0?.count == MeshTopology.count ? $0 : nil } }

    /// The landmarks of a mirrored face as a face that is not: every point takes the place of that across the face.
    private static func exchanged(_ points: [SIMD3<Float>]) -> [SIMD3<Float>] { MeshTopology.mirrored.map { points[$0] } }

    package func grid(source: Int, driving: Int, size: Int) -> (grid: Tensor, weight: Tensor, opened: Tensor) {
        var flow = FaceFlow(size: max(size, PuppetFlow.smallest), isMirrored: isMirrored)
        if let from = points[source], let to = points[driving] {
            flow.add(triangles, source: from.map { SIMD2($0.x, $0.y) }, driving: to)
        }
        return flow.known.grid(size: size)
    }
}
