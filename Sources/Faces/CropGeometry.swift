/// Which square around a face a network is shown.
public enum CropGeometry {
    /// Sides of the square, as parts of the longer side of the face's box: of what is animated as a square, and of what is pasted back,
    /// which needs room around the head.
    public static let scale: Float = 1.8, pastedScale: Float = 2.0
    /// How far the square's middle lies above the box's, as part of the square's side.
    public static let raise: Float = 0.06
    /// The least side of a fixed square, as part of the longer side of all boxes of a clip together.
    public static let room: Float = 1.2

    /// The upright square around a box.
    public static func square(around box: FaceBox, scale: Float = scale) -> FaceRectangle {
        square(around: box, side: scale * max(box.width, box.height))
    }

    /// The one square for a whole clip: the first box gives the scale, all boxes together the place and the least room.
    ///
    /// - Parameter boxes: at least one.
    public static func fixedSquare(around boxes: [FaceBox], scale: Float = scale) -> FaceRectangle {
        var all = boxes[0]
        for box in boxes {
            all = FaceBox(
                left: min(all.left, box.left), top: min(all.top, box.top), right: max(all.right, box.right),
                bottom: max(all.bottom, box.bottom))
        }
        let first = max(boxes[0].width, boxes[0].height)
        return square(around: all, side: max(scale * first, room * max(all.width, all.height)))
    }

    private static func square(around box: FaceBox, side: Float) -> FaceRectangle {
        FaceRectangle(x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2 - raise * side, side: side, angle: 0)
    }
}
