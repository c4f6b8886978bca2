import Tensors

/// How the face of a photo is turned and moved, as if it were in space: by the depth of its landmarks.
package struct FaceTurn: Equatable, Sendable {
    /// Turn and nod of the head's mesh, in radians: positive toward the picture's right, and upward.
    package var yaw: Float = 0
    package var pitch: Float = 0
    /// How far the lids of the eye on the picture's left and right are closed from where they are: 1 shuts them, below 0 widens.
    package var leftBlink: Float = 0
    package var rightBlink: Float = 0
    /// How far the brows are raised, in distances of the eyes' outer corners.
    package var brows: Float = 0

    /// The face as it is.
    package init() {}

    /// Samples what a face in a photo can do and still be one.
    init(using random: inout RandomSource) {
        yaw = random.uniform(in: -0.35...0.35)
        pitch = random.uniform(in: -0.2...0.2)
        let blink = random.uniform(), isShut = random.uniform() < 0.5, isWink = random.uniform() < 0.2
        leftBlink = isShut ? 1.2 * blink : 0
        rightBlink = isWink ? 0 : leftBlink
        leftBlink = min(leftBlink, 1)
        rightBlink = min(rightBlink, 1)
        brows = random.uniform(in: -0.06...0.08)
    }
}
