/// What is remembered of a face in one frame.
package struct FaceGlimpse: Sendable {
    package let box: FaceBox
    package let pose: FacePose
    package let frame: FaceFrame
    /// The 68 points of dlib and OpenFace, in pixels.
    package let sixtyEight: [SIMD2<Float>]
    /// How far the lids of both eyes, on average, and the lips are open (see `Face.openness`).
    package let lids, lips: Float

    package init(_ face: Face) {
        (box, pose, frame, sixtyEight) = (face.box, FacePose(face), FaceFrame(face), face.sixtyEight)
        let open = face.openness
        (lids, lips) = ((open.leftEye + open.rightEye) / 2, open.lips)
    }
}
