/// How far the eyes and lips of a face are open: the distance of the middles of the lids, or of the inner lips, over that of the corners.
///
/// LivePortrait's authors define the ratios on 203 landmarks: |6−18| over |0−12| for the left eye, |30−42| over |24−36| for the right one,
/// |90−102| over |48−66| for the lips. Those are the upper and lower middle of each lid over the corners of the eye, and the inner middle
/// of each lip over the corners of the mouth, so that the same points of any other set of landmarks give the same ratios.
public struct FaceOpening: Equatable, Sendable {
    /// The eyes on the picture's left and right; about 0.1 closed, 0.35 open.
    public var leftEye, rightEye: Float
    /// About 0 closed, 0.5 wide open.
    public var lips: Float

    public init(leftEye: Float, rightEye: Float, lips: Float) { (self.leftEye, self.rightEye, self.lips) = (leftEye, rightEye, lips) }

    /// A face that looks ahead with its lips closed, for portraits whose landmarks are not known.
    public static let usual = FaceOpening(leftEye: 0.35, rightEye: 0.35, lips: 0)

    /// The mean of both eyes.
    public var eyes: Float { (leftEye + rightEye) / 2 }
}
