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
    /// Downward, in the same units.
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

    /// The pose within what can be drawn; a value that is no number counts as the default.
    var drawable: PuppetPose {
        var pose = PuppetPose()
        for part in Self.parts {
            let value = self[keyPath: part.value]
            if !value.isNaN { pose[keyPath: part.value] = clamp(value, part.range.lowerBound, part.range.upperBound) }
        }
        return pose
    }
}
