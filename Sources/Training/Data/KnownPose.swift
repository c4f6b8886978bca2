import Faces
import Puppets

extension PuppetPose {
    /// The gains that turn measures of the mesh into the parts of a drawn person's pose: about those that 1,600 frames of 40 drawn people
    /// give, whose poses are known.
    private enum Gain {
        static let (yaw, pitch, roll): (Float, Float, Float) = (1.6, 0.9, 1)
        /// The breadth and the height above the middle of a face at rest, in halves of the picture: those of people in films that are
        /// cropped around the face, to which drawn people are enlarged.
        static let (width, height): (Float, Float) = (0.764 * PuppetGroup.enlargement, 0.08)
        /// How far shut lids are apart, in breadths of the eye.
        static let shutLids: Float = 0.09
        static let gaze = SIMD2<Float>(6, 8), restingGaze = SIMD2<Float>(0.0065, -0.024)
        static let (brows, lips, mouthWidth, mouthCorners): (Float, Float, Float, Float) = (13, 5, 6.8, 6.9)
    }

    /// The pose of a face of which landmarks are known, as far as they tell it; parts that they do not tell are no numbers.
    ///
    /// - Parameters:
    ///   - measures: of the landmarks in the picture, −1 and 1 being its edges.
    ///   - origin: the person at rest; lids, brows, breadth of the mouth and smile are not told without.
    init(_ measures: FaceMeasures, origin: FaceOrigin?) {
        self.init()
        (yaw, pitch, roll) = (Gain.yaw * measures.yaw, Gain.pitch * measures.pitch, Gain.roll * measures.roll)
        (shiftX, shiftY) = (measures.center.x / 2, (measures.center.y + Gain.height) / 2)
        scale = measures.width / Gain.width
        mouthOpen = Gain.lips * measures.lips
        let gaze = Gain.gaze * (measures.gaze - Gain.restingGaze)
        (gazeX, gazeY) = (gaze.x, gaze.y)
        pucker = .nan
        func blink(_ lids: Float) -> Float {
            guard let origin else { return .nan }
            return (origin.lids - lids) / max(origin.lids - Gain.shutLids, Gain.shutLids)
        }
        (blinkLeft, blinkRight) = (blink(measures.leftLids), blink(measures.rightLids))
        brows = origin.map { Gain.brows * (measures.brows - $0.brows) } ?? .nan
        mouthWide = origin.map { Gain.mouthWidth * (measures.mouthWidth - $0.mouthWidth) } ?? .nan
        smile = origin.map { Gain.mouthCorners * (measures.mouthCorners - $0.mouthCorners) } ?? .nan
    }
}
