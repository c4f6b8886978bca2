/// One named parameter of a pose: what it is called in files and on the command line, its unit and its range.
public struct PosePart: Sendable {
    /// In lower case, words joined by "_": "blink_left".
    public let name: String
    /// What it is measured in: "radians", "parts of the width", or "" for a bare number.
    public let unit: String
    /// What can be drawn; values beyond are drawn as the nearest one within.
    public let range: ClosedRange<Float>
    /// Where it looks natural.
    public let natural: ClosedRange<Float>
    /// What it does, in a few words.
    public let meaning: String
    /// Where it is in a pose.
    nonisolated(unsafe) public let value: WritableKeyPath<PuppetPose, Float>

    init(
        _ name: String, _ value: WritableKeyPath<PuppetPose, Float>, _ range: ClosedRange<Float>,
        natural: ClosedRange<Float>? = nil, unit: String = "", _ meaning: String
    ) {
        (self.name, self.value, self.range, self.unit, self.meaning) = (name, value, range, unit, meaning)
        self.natural = natural ?? range
    }
}

extension PuppetPose {
    /// How many of `parts`, the first ones, move the whole head; the others move the face.
    public static let headParts = 6

    /// Every parameter of a pose, in the order in which they are written to files.
    public static let parts: [PosePart] = [
        PosePart("yaw", \.yaw, -0.9...0.9, natural: -0.6...0.6, unit: "radians", "turn, + to the picture's right"),
        PosePart("pitch", \.pitch, -0.7...0.7, natural: -0.4...0.4, unit: "radians", "nod, + upward"),
        PosePart("roll", \.roll, -4...4, natural: -0.4...0.4, unit: "radians", "lean, + clockwise"),
        PosePart(
            "shift_x", \.shiftX, -2...2, natural: -0.15...0.15, unit: "parts of the width", "place, + to the right"),
        PosePart("shift_y", \.shiftY, -2...2, natural: -0.15...0.15, unit: "parts of the width", "place, + downward"),
        PosePart("scale", \.scale, 0.1...8, natural: 0.8...1.25, "size relative to the usual one"),
        PosePart("blink_left", \.blinkLeft, 0...1, "the eye on the picture's left: 0 open, 1 shut"),
        PosePart("blink_right", \.blinkRight, 0...1, "the eye on the picture's right: 0 open, 1 shut"),
        PosePart("gaze_x", \.gazeX, -1...1, "where the eyes look, + to the picture's right"),
        PosePart("gaze_y", \.gazeY, -1...1, "where the eyes look, + downward"),
        PosePart("brows", \.brows, -1...1, "-1 frowning, 1 raised"),
        PosePart("mouth_open", \.mouthOpen, 0...1, "0 closed, 1 wide open"),
        PosePart("mouth_wide", \.mouthWide, -1...1, "-1 narrow, 1 wide"),
        PosePart("smile", \.smile, -1...1, "-1 sad, 1 smiling"),
        PosePart("pucker", \.pucker, 0...1, "lips pushed forward as in 'oo'"),
    ]

    /// The pose as one line of JSON: `"yaw":0.1,"pitch":0.0,…` in braces, every parameter by its name.
    public var json: String { "{\(jsonMembers)}" }

    var jsonMembers: String {
        Self.parts.map { "\"\($0.name)\":\(self[keyPath: $0.value])" }.joined(separator: ",")
    }
}
