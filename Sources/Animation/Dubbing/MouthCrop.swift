import Foundation
import Media

/// Where a frame's face is cut for dubbing: 3.25·R rows and 2.5·R columns, laid by the face's landmarks.
package struct MouthCrop: Equatable, Sendable {
    /// R, a multiple of 4, in pixels: about half the height from the bridge of the nose to the chin.
    package let radius: Int
    /// Of the first row and column, in the frame.
    package let top, left: Int

    package var height: Int { 3 * radius + radius / 4 }
    package var width: Int { 2 * radius + radius / 2 }
    /// The mouth's square in the crop, which the network paints: its first row and column; its side is 2·R.
    package var mouthTop: Int { radius }
    package var mouthLeft: Int { radius / 4 }

    /// The mouth's square in the frame, in pixels; nil where it leaves the picture.
    package func mouth(in picture: Picture) -> (left: Int, top: Int, side: Int)? {
        let (left, top, side) = (self.left + mouthLeft, self.top + mouthTop, 2 * radius)
        guard left >= 0, top >= 0, left + side <= picture.width, top + side <= picture.height else { return nil }
        return (left, top, side)
    }

    /// How much larger than the face R is made.
    private static let margin = 1.05

    init(_ face: FaceOutline, radius: Int) {
        self.radius = radius
        (top, left) = (face.bridge - radius, face.middle - radius - radius / 4)
    }

    /// What is found of a frame.
    package enum Finding: Equatable, Sendable {
        case crop(MouthCrop)
        /// In the frame of that number in the window the crop leaves the picture.
        case leaves(Int, MouthCrop)
        /// The faces of the window differ too much in size.
        case changes
    }

    /// The crop of a frame by the faces of the frames around it, as the authors choose and refuse it.
    ///
    /// - Parameters:
    ///   - face: of the frame.
    ///   - window: of the frames from two before it to two after it.
    ///   - width, height: of the frames, in pixels.
    package static func finding(_ face: FaceOutline, window: [FaceOutline], width: Int, height: Int) -> Finding {
        let radii = window.map(reach), most = radii.max()!, radius = stepped(most)
        guard radius > 0 else { return .changes }
        for (index, other) in window.enumerated() {
            let crop = MouthCrop(other, radius: radius)
            if crop.top < 0 || crop.left < 0 || crop.top + crop.height > height || crop.left + crop.width > width {
                return .leaves(index, crop)
            }
        }
        return most > radii.min()! * 1.5 ? .changes : .crop(MouthCrop(face, radius: radius))
    }

    /// The crop of a frame whose landmarks were found here: its radius follows the largest face around, so that it seldom changes, but none that
    /// is much larger than the frame's own. It may leave the picture, whose edge is repeated there.
    ///
    /// - Parameters:
    ///   - window: of frames around it.
    ///   - width, height: of the frames, in pixels.
    /// - Returns: nil where too much of the face is outside.
    package static func steady(_ face: FaceOutline, window: [FaceOutline], width: Int, height: Int) -> MouthCrop? {
        let own = reach(face), most = window.map(reach).filter { $0 <= own * Self.steadily }.max() ?? own, radius = stepped(most)
        guard radius > 0 else { return nil }
        let crop = MouthCrop(face, radius: radius)
        let isSeen =
            crop.top >= -radius && crop.left >= -radius && crop.top + crop.height <= height + radius
            && crop.left + crop.width <= width + radius
        return isSeen ? crop : nil
    }

    /// How much larger than a frame's own face others are that still count.
    private static let steadily = 1.25

    /// Half of what is larger, the height from the bridge of the nose or the breadth of the mouth.
    private static func reach(_ face: FaceOutline) -> Double {
        (max(Double(face.lowest - face.bridge) * margin, Double(face.right - face.left) * margin) / 2).rounded(.down)
    }

    private static func stepped(_ radius: Double) -> Int { (Int(radius / 4) + 1) * 4 }
}
