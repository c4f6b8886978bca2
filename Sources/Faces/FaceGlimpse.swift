/// What is remembered of a face in one frame.
package struct FaceGlimpse: Sendable {
    package let box: FaceBox
    package let pose: FacePose

    package init(_ face: Face) { (box, pose) = (face.box, FacePose(face)) }
}
