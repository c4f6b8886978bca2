/// What the numbers of a face's 478 points mean. Left and right are the picture's.
public enum MeshTopology {
    /// Points of the mesh; those after them are the irises'.
    public static let meshCount = 468
    /// Points in all.
    public static let count = 478
    /// Middle, right, top, left and bottom of each iris.
    public static let leftIris = 468..<473, rightIris = 473..<478
    /// Outer corner and inner corner, upper and lower middle of the lid.
    public static let leftEyeCorners = (outer: 33, inner: 133), leftLids = (upper: 159, lower: 145)
    public static let rightEyeCorners = (outer: 263, inner: 362), rightLids = (upper: 386, lower: 374)
    /// Corners, and the inner middle above and below.
    public static let mouthCorners = (left: 61, right: 291), innerLips = (upper: 13, lower: 14)
    public static let noseTip = 4, chin = 152

    /// The outline of the face, clockwise from the top.
    public static let oval = [
        10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148, 176, 149, 150, 136, 172, 58,
        132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
    ]

    /// From the left corner along the lower lip.
    public static let outerLips = [
        61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 409, 270, 269, 267, 0, 37, 39, 40, 185,
    ]

    /// From the left corner along the lower lip.
    public static let innerLipLine = [
        78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308, 415, 310, 311, 312, 13, 82, 81, 80, 191,
    ]

    /// From the outer corner along the lower lid.
    public static let leftEyeLine = [
        33, 7, 163, 144, 145, 153, 154, 155, 133, 173, 157, 158, 159, 160, 161, 246,
    ]

    /// From the outer corner along the lower lid.
    public static let rightEyeLine = [
        263, 249, 390, 373, 374, 380, 381, 382, 362, 398, 384, 385, 386, 387, 388, 466,
    ]

    /// The upper edge, from the outside.
    public static let leftBrow = [
        70, 63, 105, 66, 107,
    ]

    /// The upper edge, from the outside.
    public static let rightBrow = [
        300, 293, 334, 296, 336,
    ]

    /// From between the eyes to the tip of the nose.
    public static let bridge = [
        168, 6, 197, 195, 5, 4,
    ]

    /// The points nearest to the 68 of dlib and OpenFace: jaw, brows, nose, eyes, mouth.
    public static let sixtyEight = [
        127, 234, 93, 58, 172, 136, 149, 148, 152, 377, 378, 365, 397, 288, 323, 454, 356, 70, 63, 105, 66, 55, 285, 296, 334, 293, 300,
        168, 197, 195, 4, 75, 97, 2, 326, 305, 33, 160, 158, 133, 153, 144, 362, 385, 387, 263, 373, 380, 61, 39, 37, 0, 267, 269, 291,
        405, 314, 17, 84, 181, 78, 82, 13, 312, 308, 317, 14, 87,
    ]

    /// The points that the look at the lips gives, in its order.
    public static let lips = [
        61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 185, 40, 39, 37, 0, 267, 269, 270, 409, 78, 95, 88, 178, 87, 14, 317, 402, 318,
        324, 308, 191, 80, 81, 82, 13, 312, 311, 310, 415, 76, 77, 90, 180, 85, 16, 315, 404, 320, 307, 306, 184, 74, 73, 72, 11, 302,
        303, 304, 408, 62, 96, 89, 179, 86, 15, 316, 403, 319, 325, 292, 183, 42, 41, 38, 12, 268, 271, 272, 407,
    ]

    /// The points that the look at the left eye gives, in its order.
    public static let leftEye = [
        33, 7, 163, 144, 145, 153, 154, 155, 133, 246, 161, 160, 159, 158, 157, 173, 130, 25, 110, 24, 23, 22, 26, 112, 243, 247, 30, 29,
        27, 28, 56, 190, 226, 31, 228, 229, 230, 231, 232, 233, 244, 113, 225, 224, 223, 222, 221, 189, 35, 124, 46, 53, 52, 65, 143, 111,
        117, 118, 119, 120, 121, 128, 245, 156, 70, 63, 105, 66, 107, 55, 193,
    ]

    /// The points that the look at the right eye gives, in its order.
    public static let rightEye = [
        263, 249, 390, 373, 374, 380, 381, 382, 362, 466, 388, 387, 386, 385, 384, 398, 359, 255, 339, 254, 253, 252, 256, 341, 463, 467,
        260, 259, 257, 258, 286, 414, 446, 261, 448, 449, 450, 451, 452, 453, 464, 342, 445, 444, 443, 442, 441, 413, 265, 353, 276, 283,
        282, 295, 372, 340, 346, 347, 348, 349, 350, 357, 465, 383, 300, 293, 334, 296, 336, 285, 417,
    ]
}
