/// Places of a drawn face around which a mouth is cut for dubbing, those that dlib's and OpenFace's 68 landmarks name; from −1 to 1 over the
/// picture, y down.
package struct PuppetMouthMarks {
    /// On the bridge of the nose, at a third of the way from the eyes to its end, where finders of landmarks put it (29).
    package let bridge: SIMD2<Float>
    /// Under the nose (33).
    package let noseBase: SIMD2<Float>
    /// The corners of the mouth (48, 54).
    package let corners: (left: SIMD2<Float>, right: SIMD2<Float>)
    /// The chin's lowest point (8).
    package let chin: SIMD2<Float>
}

extension Puppet {
    /// The places of a face in a pose.
    package func mouthMarks(_ pose: PuppetPose) -> PuppetMouthMarks {
        let pose = pose.drawable, map = HeadMap(pose), mouth = MouthPainter(identity, pose, pixel: 1)
        func place(_ point: Point) -> SIMD2<Float> { map.picturePoint(point, FacePainter.depth) }
        func corner(_ side: Float) -> SIMD2<Float> { place(mouth.place(of: Surface(part: .upperLip, place: Point(side, 1)))) }
        return PuppetMouthMarks(
            bridge: place(Point(0, identity.eyeHeight + (identity.noseHeight - identity.eyeHeight) * 0.36)),
            noseBase: place(Point(0, identity.noseHeight + 0.04)), corners: (corner(-1), corner(1)),
            chin: place(Point(0, 1 + identity.chin * 0.02 + mouth.drop)))
    }
}
