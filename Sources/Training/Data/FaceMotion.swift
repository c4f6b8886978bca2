import Puppets
import Tensors

/// What landmarks say of the motion between frames of a clip: the flow of the face, triangle by triangle, and parts of the pose.
package struct FaceMotion: KnownMotion {
    private let triangles: [FaceLandmarks.Triangle]
    /// Of each member in its picture; nil where no face was found.
    private let points: [[SIMD2<Float>]?]
    private let isMirrored: Bool
    private let parts: Set<String>
    /// Of each member; none where the head moves, with which what landmarks say of lids and lips changes.
    private let poses: [PuppetPose?]

    /// - Parameters:
    ///   - frames: of each member, as indices in the data set.
    ///   - maps: of each member, from positions in its picture to positions in the frame.
    ///   - isMoment: whether the frames are so near one another that the head hardly moves.
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

    /// A triangle that is seen from behind counts for nothing where it is that by more than so many times its area in the driving
    /// picture; the lips' folded line is that by a hair.
    private static let folded: Float = -0.2
    /// A triangle inside the mouth opens where the source has less than this part of it.
    private static let opened: Float = 0.3

    package func grid(source: Int, driving: Int, size: Int) -> (grid: Tensor, weight: Tensor, opened: Tensor) {
        let side = max(size, PuppetFlow.smallest)
        var coordinates = [Float](repeating: 0, count: 2 * side * side), validity = [Float](repeating: 0, count: side * side)
        var opened = validity
        if let from = points[source], let to = points[driving] {
            let scale = Float(side) / 2, sign: Float = isMirrored ? -1 : 1
            func cross(_ a: SIMD2<Float>, _ b: SIMD2<Float>) -> Float { a.x * b.y - a.y * b.x }
            for triangle in triangles {
                let (a, b, c) = (to[triangle.a], to[triangle.b], to[triangle.c])
                let area = cross(b - a, c - a)
                let origin = from[triangle.a], along = from[triangle.b] - origin, across = from[triangle.c] - origin
                let part = cross(along, across) / area
                guard sign * area > 1e-8, part > Self.folded else { continue }
                let isOpened: Float = triangle.isInsideMouth && part < Self.opened ? 1 : 0
                let least = pointwiseMin(pointwiseMin(a, b), c), most = pointwiseMax(pointwiseMax(a, b), c)
                // The pixels whose centres lie in the triangle's box.
                func pixels(_ least: Float, _ most: Float) -> Range<Int> {
                    let first = max(0, ((least + 1) * scale - 0.5).rounded(.up)), last = min(Float(side - 1), (most + 1) * scale - 0.5)
                    return first <= last ? Int(first)..<Int(last) + 1 : 0..<0
                }
                for row in pixels(least.y, most.y) {
                    for column in pixels(least.x, most.x) {
                        let p = SIMD2(Float(2 * column + 1), Float(2 * row + 1)) / Float(side) - 1 - a
                        let u = cross(p, c - a) / area, v = cross(b - a, p) / area
                        guard u >= 0, v >= 0, u + v <= 1 else { continue }
                        let place = origin + u * along + v * across, pixel = row * side + column
                        (coordinates[2 * pixel], coordinates[2 * pixel + 1]) = (place.x, place.y)
                        validity[pixel] = max(abs(place.x), abs(place.y)) <= 1 ? 1 : 0
                        opened[pixel] = isOpened
                    }
                }
            }
        }
        return PuppetFlow(size: side, coordinates: coordinates, validity: validity, opened: opened).grid(size: size)
    }
}
