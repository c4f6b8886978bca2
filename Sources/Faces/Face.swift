import Foundation

/// A face of a picture: where it is, and its landmarks, in pixels of the picture, y down.
public struct Face: Sendable {
    /// 478 points, numbered as `MeshTopology` says, with the depth in pixels, nearer ones smaller.
    public let landmarks: [SIMD3<Float>]
    /// The detector's score, 0 to 1; of a tracked face that of its detection.
    public let score: Float
    /// Whether a face is there, as the landmark networks say, 0 to 1.
    public let presence: Float

    public init(landmarks: [SIMD3<Float>], score: Float, presence: Float) {
        precondition(landmarks.count == MeshTopology.count, "\(landmarks.count) landmarks")
        (self.landmarks, self.score, self.presence) = (landmarks, score, presence)
    }

    /// The smallest upright box from hairline to chin and ear to ear.
    public var box: FaceBox { FaceBox(landmarks) }

    /// The line from the left eye's outer corner to the right one's, in radians, clockwise positive.
    public var angle: Float { next.angle }

    /// The square in which the next frame's landmarks are looked for.
    public var next: FaceRectangle { FaceRectangle(around: landmarks) }

    /// The points nearest to the 68 of dlib and OpenFace.
    public var sixtyEight: [SIMD2<Float>] { MeshTopology.sixtyEight.map(point) }

    /// How far the left and right eye and the lips are open: the distance of the middles over that of the corners.
    public var openness: (leftEye: Float, rightEye: Float, lips: Float) {
        func ratio(_ a: (Int, Int), _ b: (Int, Int)) -> Float { distance(a.0, a.1) / max(distance(b.0, b.1), .leastNormalMagnitude) }
        return (
            ratio(MeshTopology.leftLids, MeshTopology.leftEyeCorners), ratio(MeshTopology.rightLids, MeshTopology.rightEyeCorners),
            ratio(MeshTopology.innerLips, MeshTopology.mouthCorners)
        )
    }

    /// The upright square to crop for animation: `scale` times the box's longer side, its middle raised by 0.06 of the square's side.
    public func crop(scale: Float = CropGeometry.scale) -> FaceRectangle { CropGeometry.square(around: box, scale: scale) }

    /// The landmarks in halves of a square picture: −1 and 1 are its edges, the depth in the same unit.
    ///
    /// - Parameter side: of the picture, in pixels.
    public func inHalves(ofPicture side: Int) -> [SIMD3<Float>] {
        let half = Float(side) / 2
        return landmarks.map { SIMD3($0.x / half - 1, $0.y / half - 1, $0.z / half) }
    }

    /// A point in the picture.
    public func point(_ index: Int) -> SIMD2<Float> { SIMD2(landmarks[index].x, landmarks[index].y) }

    private func distance(_ a: Int, _ b: Int) -> Float {
        let line = point(a) - point(b)
        return (line * line).sum().squareRoot()
    }

    /// Points by name, as programs are told them.
    public var keypoints: [(name: String, place: SIMD2<Float>)] {
        func middle(_ corners: (outer: Int, inner: Int)) -> SIMD2<Float> { (point(corners.outer) + point(corners.inner)) / 2 }
        return [
            ("left_eye", middle(MeshTopology.leftEyeCorners)), ("right_eye", middle(MeshTopology.rightEyeCorners)),
            ("nose_tip", point(MeshTopology.noseTip)), ("mouth_left", point(MeshTopology.mouthCorners.left)),
            ("mouth_right", point(MeshTopology.mouthCorners.right)), ("chin", point(MeshTopology.chin)),
        ]
    }
}
