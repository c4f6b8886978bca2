/// How a puppet holds its head and face. The default looks straight ahead with a resting face.
public struct PuppetPose: Equatable, Sendable {
    /// Turn of the head in radians, positive toward the picture's right; natural within ±0.6.
    public var yaw: Float = 0
    /// Nod in radians, positive upward; natural within ±0.4.
    public var pitch: Float = 0
    /// Lean in radians, positive clockwise; natural within ±0.4.
    public var roll: Float = 0
    /// Where the head is, in parts of the picture's width, positive to the right; natural within ±0.15.
    public var shiftX: Float = 0
    /// The same downward.
    public var shiftY: Float = 0
    /// Size relative to the usual one; natural from 0.8 to 1.25.
    public var scale: Float = 1
    /// How far the eye on the picture's left is closed: 0 open, 1 shut.
    public var blinkLeft: Float = 0
    /// How far the eye on the picture's right is closed: 0 open, 1 shut.
    public var blinkRight: Float = 0
    /// Where the eyes look, -1 to the picture's left, 1 to its right.
    public var gazeX: Float = 0
    /// Where the eyes look, -1 up, 1 down.
    public var gazeY: Float = 0
    /// The brows: -1 frowning, 1 raised.
    public var brows: Float = 0
    /// How far the mouth is open, 0 to 1.
    public var mouthOpen: Float = 0
    /// The mouth's breadth: -1 narrow, 1 wide.
    public var mouthWide: Float = 0
    /// -1 sad, 1 smiling.
    public var smile: Float = 0
    /// Lips pushed forward as in 'oo', 0 to 1.
    public var pucker: Float = 0

    public init() {}

    /// The same within what can be drawn; a value that is no number counts as the default.
    var drawable: PuppetPose {
        func within(_ value: Float, _ low: Float, _ high: Float, otherwise: Float = 0) -> Float {
            value.isNaN ? otherwise : clamp(value, low, high)
        }
        var pose = PuppetPose()
        pose.yaw = within(yaw, -0.9, 0.9)
        pose.pitch = within(pitch, -0.7, 0.7)
        pose.roll = within(roll, -4, 4)
        pose.shiftX = within(shiftX, -2, 2)
        pose.shiftY = within(shiftY, -2, 2)
        pose.scale = within(scale, 0.1, 8, otherwise: 1)
        pose.blinkLeft = within(blinkLeft, 0, 1)
        pose.blinkRight = within(blinkRight, 0, 1)
        pose.gazeX = within(gazeX, -1, 1)
        pose.gazeY = within(gazeY, -1, 1)
        pose.brows = within(brows, -1, 1)
        pose.mouthOpen = within(mouthOpen, 0, 1)
        pose.mouthWide = within(mouthWide, -1, 1)
        pose.smile = within(smile, -1, 1)
        pose.pucker = within(pucker, 0, 1)
        return pose
    }
}
