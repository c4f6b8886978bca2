import Faces
import Puppets

/// Where a face's mouth is in a picture, from −1 to 1 over it, y down, and how large: what dubbing cuts a face by.
struct MouthPlace {
    /// On the bridge of the nose, and under the nose: points 29 and 33 of 68.
    var bridge, noseBase: SIMD2<Float>
    /// R, half of what is larger, the height from the bridge to the chin or the breadth of the mouth.
    var radius: Float
    /// The middle of the mouth, and half its breadth.
    var mouth: SIMD2<Float>
    var mouthReach: Float

    /// - Parameter points: the 478 of a face's mesh.
    init(_ points: [SIMD3<Float>]) {
        func place(_ number: Int) -> SIMD2<Float> {
            let point = points[MeshTopology.sixtyEight[number]]
            return SIMD2(point.x, point.y)
        }
        let (left, right) = (place(48), place(54))
        (bridge, noseBase, mouth) = (place(29), place(33), (left + right) / 2)
        let lowest = (0..<17).map { place($0).y }.max()!, line = right - left
        mouthReach = (line * line).sum().squareRoot() / 2
        radius = max((lowest - bridge.y) / 2, mouthReach)
    }

    init(_ marks: PuppetMouthMarks) {
        (bridge, noseBase) = (marks.bridge, marks.noseBase)
        let line = marks.corners.right - marks.corners.left
        mouth = (marks.corners.left + marks.corners.right) / 2
        mouthReach = (line * line).sum().squareRoot() / 2
        radius = max((marks.chin.y - marks.bridge.y) / 2, mouthReach)
    }

    /// The place in a picture made of this one.
    func pictured(by map: PictureMap) -> MouthPlace {
        let affine = map.affine, scale = Float(abs(affine.xx * affine.yy - affine.xy * affine.yx).squareRoot())
        let moved = map.pictured([bridge, noseBase, mouth].map { SIMD3($0.x, $0.y, 0) })
        var result = self
        (result.bridge, result.noseBase) = (SIMD2(moved[0].x, moved[0].y), SIMD2(moved[1].x, moved[1].y))
        result.mouth = SIMD2(moved[2].x, moved[2].y)
        (result.radius, result.mouthReach) = (radius / scale, mouthReach / scale)
        return result
    }
}
