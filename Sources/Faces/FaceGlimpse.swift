/// What is remembered of a face in one frame.
package struct FaceGlimpse: Sendable {
    package let box: FaceBox
    package let pose: FacePose
    package let frame: FaceFrame

    package init(_ face: Face) { (box, pose, frame) = (face.box, FacePose(face), FaceFrame(face)) }
}
